// Shows the contract. Everything is set as text, never as markup.
'use strict';

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function resolve(contract, node) {
  if (!node || !node.$ref) return node;
  return resolve(contract, node.$ref.slice(2).split('/').reduce((at, step) => at[step], contract));
}

function typeOf(schema) {
  if (!schema) return '';
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return element('a', { href: '#schema-' + name }, name);
  }
  if (schema.type === 'array') return element('span', null, 'list of ', typeOf(schema.items));
  return [schema.type || 'any', schema.format].filter(Boolean).join(', ');
}

function limits(schema) {
  if (!schema) return '';
  const shown = ['enum', 'default', 'minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern'];
  return shown.filter((key) => schema[key] !== undefined)
    .map((key) => key + ' ' + (Array.isArray(schema[key]) ? schema[key].join(' | ') : JSON.stringify(schema[key])))
    .join(', ');
}

function table(headings, rows) {
  return element('table', null,
    element('thead', null, element('tr', null, ...headings.map((heading) => element('th', { scope: 'col' }, heading)))),
    element('tbody', null, ...rows.map((row) => element('tr', null, ...row.map((cell) => element('td', null, cell))))));
}

function properties(contract, schema) {
  const required = new Set(schema.required || []);
  return table(['member', 'type', 'meaning'], Object.entries(schema.properties).map(([name, member]) => [
    element('code', null, name + (required.has(name) ? '' : '?')),
    typeOf(member),
    [member.description || (resolve(contract, member) || {}).description, limits(member)].filter(Boolean).join(' · '),
  ]));
}

function parameters(contract, list) {
  return table(['parameter', 'in', 'type', 'meaning'], list.map((node) => {
    const parameter = resolve(contract, node);
    return [
      element('code', null, parameter.name + (parameter.required ? '' : '?')), parameter.in, typeOf(parameter.schema),
      [parameter.description, limits(parameter.schema)].filter(Boolean).join(' · '),
    ];
  }));
}

function responses(contract, all) {
  return table(['status', 'body', 'when'], Object.entries(all).map(([status, node]) => {
    const response = resolve(contract, node);
    const [type, content] = Object.entries(response.content || {})[0] || ['', null];
    return [status, content ? element('span', null, type + ' ', content.schema.$ref ? typeOf(content.schema) : '') : '', response.description];
  }));
}

function operation(contract, path, item, method) {
  const it = item[method];
  const body = it.requestBody && Object.entries(it.requestBody.content)[0];
  const examples = body && Object.values(body[1].examples || {});
  const all = [...(item.parameters || []), ...(it.parameters || [])];
  return element('details', { id: it.operationId, 'data-text': [path, it.operationId, it.summary, it.description].join(' ').toLowerCase() },
    element('summary', null, element('span', { class: 'method ' + method }, method), element('code', null, path), element('span', { class: 'quiet' }, it.summary)),
    element('div', null,
      it.description ? element('p', null, it.description) : null,
      all.length ? element('h3', null, 'Parameters') : null, all.length ? parameters(contract, all) : null,
      body ? element('h3', null, 'Body: ' + body[0] + ' ', typeOf(body[1].schema.$ref ? body[1].schema : null)) : null,
      body && body[1].schema.properties ? properties(contract, body[1].schema) : null,
      ...(examples || []).map((example) => element('pre', null, JSON.stringify(example.value, null, 2))),
      element('h3', null, 'Answers'), responses(contract, it.responses)));
}

function schema(contract, name, node) {
  return element('details', { id: 'schema-' + name, 'data-text': (name + ' ' + (node.description || '')).toLowerCase() },
    element('summary', null, element('code', null, name), element('span', { class: 'quiet' }, (node.description || '').split('\n')[0])),
    element('div', null,
      node.properties && Object.keys(node.properties).length ? properties(contract, node) : element('p', null, typeOf(node), ' ', limits(node)),
      node.examples ? element('pre', null, node.examples.map((example) => JSON.stringify(example, null, 2)).join('\n')) : null));
}

function show(contract) {
  const main = document.getElementById('contract');
  main.replaceChildren(element('p', null, element('span', { class: 'quiet' }, contract.info.title + ' ' + contract.info.version)),
    element('pre', null, contract.info.description.trim()));
  for (const tag of contract.tags) {
    main.append(element('h2', null, tag.name), element('p', { class: 'quiet' }, tag.description));
    for (const [path, item] of Object.entries(contract.paths)) {
      for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
        if (item[method] && item[method].tags[0] === tag.name) main.append(operation(contract, path, item, method));
      }
    }
  }
  main.append(element('h2', null, 'Schemas'));
  for (const [name, node] of Object.entries(contract.components.schemas)) main.append(schema(contract, name, node));
}

function reveal() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
}

document.getElementById('filter').addEventListener('input', (event) => {
  const word = event.target.value.trim().toLowerCase();
  for (const entry of document.querySelectorAll('details')) entry.hidden = !entry.dataset.text.includes(word);
});
window.addEventListener('hashchange', reveal);

fetch('/api/v1/openapi.json')
  .then((response) => {
    if (!response.ok) throw new Error('The contract cannot be read: ' + response.status);
    return response.json();
  })
  .then((contract) => {
    show(contract);
    reveal();
  })
  .catch((failure) => {
    document.getElementById('contract').textContent = failure.message;
  });
