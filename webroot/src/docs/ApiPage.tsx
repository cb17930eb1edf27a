import { useEffect, useMemo } from 'react';
import { answer, api } from '../api/client';
import { useLoad } from '../api/useLoad';
import { useTitle } from '../app/useTitle';
import { Copy } from '../ui/Copy';
import { Icon } from '../ui/Icon';
import { ProblemNotice, Skeleton } from '../ui/Notice';
import { type Contract, curl, type Operation, operations } from './contract';
import { Prose } from './Prose';
import { Bounds, Members, TypeName } from './Shape';

const getContract = (signal: AbortSignal) =>
  answer(api.GET('/api/v1/openapi.json', { signal })) as unknown as Promise<Contract>;

/** The contract of this server, to read. */
export function ApiPage() {
  useTitle('API');
  const loaded = useLoad('contract', getContract);
  const contract = loaded.data;
  const all = useMemo(() => (contract === undefined ? [] : operations(contract)), [contract]);
  useEffect(() => {
    // The place that the address names exists only now.
    if (contract !== undefined && location.hash !== '') {
      document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
    }
  }, [contract]);
  if (contract === undefined) {
    if (loaded.problem !== undefined) return <ProblemNotice problem={loaded.problem} retry={loaded.reload} />;
    return <Skeleton lines={12} label="Loading the contract" />;
  }
  const tags = (contract.tags ?? []).filter((tag) => all.some((one) => one.tag === tag.name));
  const schemas = Object.entries(contract.components?.schemas ?? {});
  return (
    <div className="columns columns-aside api">
      <nav className="api-nav" aria-label="Operations">
        {tags.map((tag) => (
          <details key={tag.name} open>
            <summary>{tag.name}</summary>
            <ul>
              {all
                .filter((one) => one.tag === tag.name)
                .map((one) => (
                  <li key={one.id}>
                    <a href={`#${one.id}`}>{one.summary}</a>
                  </li>
                ))}
            </ul>
          </details>
        ))}
        <details>
          <summary>schemas</summary>
          <ul>
            {schemas.map(([name]) => (
              <li key={name}>
                <a href={`#schema-${name}`}>{name}</a>
              </li>
            ))}
          </ul>
        </details>
      </nav>
      <div>
        <div className="page-head">
          <h1>API</h1>
          <div className="actions">
            <a className="button" href="/api/v1/openapi.yaml">
              <Icon name="file" /> openapi.yaml
            </a>
          </div>
        </div>
        <Prose text={contract.info.description ?? ''} />
        {tags.map((tag) => (
          <section key={tag.name} aria-labelledby={`tag-${tag.name}`}>
            <h2 id={`tag-${tag.name}`} className="api-tag">
              {tag.name} <span className="quiet">{tag.description}</span>
            </h2>
            {all
              .filter((one) => one.tag === tag.name)
              .map((one) => (
                <OperationCard key={one.id} operation={one} />
              ))}
          </section>
        ))}
        <h2 className="api-tag">schemas</h2>
        {schemas.map(([name, schema]) => (
          <section key={name} id={`schema-${name}`} className="card api-schema">
            <h3>{name}</h3>
            {schema.description !== undefined && <Prose text={schema.description} />}
            {schema.properties === undefined && (
              <p className="member-type">
                <TypeName schema={schema} /> <Bounds schema={schema} />
              </p>
            )}
            <Members schema={schema} />
          </section>
        ))}
      </div>
    </div>
  );
}

function OperationCard({ operation: one }: { operation: Operation }) {
  const command = curl(one, location.origin);
  return (
    <article id={one.id} className="card operation" aria-label={one.summary}>
      <h3>{one.summary}</h3>
      <p className="operation-path">
        <span className={`method method-${one.method}`}>{one.method.toUpperCase()}</span>
        <code>{one.path}</code>
      </p>
      <Prose text={one.description} />
      <div className="code code-line">
        <Copy text={() => command} label="Copy the command" />
        <pre tabIndex={0} role="region" aria-label={`Command for ${one.id}`}>
          <code>{command}</code>
        </pre>
      </div>
      {one.parameters.length > 0 && (
        <>
          <h4>Parameters</h4>
          <dl className="members">
            {one.parameters.map((parameter) => (
              <div key={parameter.in + parameter.name}>
                <dt>
                  <code>{parameter.name}</code>
                  {parameter.required && <span className="needed"> *</span>}
                </dt>
                <dd>
                  <span className="member-type">
                    <span className="quiet">{parameter.in}</span>{' '}
                    {parameter.schema !== undefined && (
                      <>
                        <TypeName schema={parameter.schema} /> <Bounds schema={parameter.schema} />
                      </>
                    )}
                  </span>
                  {parameter.description !== undefined && <Prose text={parameter.description} />}
                </dd>
              </div>
            ))}
          </dl>
        </>
      )}
      {one.bodies.map(({ media, schema }) => (
        <div key={media}>
          <h4>
            Body <span className="quiet">{media}</span>
          </h4>
          {schema.$ref === undefined ? (
            <Members schema={schema} />
          ) : (
            <p>
              <TypeName schema={schema} />
            </p>
          )}
        </div>
      ))}
      <h4>Answers</h4>
      <ul className="answers">
        {one.responses.map(({ code, description, shapes }) => (
          <li key={code}>
            <code className={code.startsWith('2') ? 'good' : ''}>{code}</code>
            <span>{description}</span>
            <span className="answer-shapes">
              {shapes.map(({ media, schema }) => (
                <span key={media}>
                  <span className="quiet">{media}</span> <TypeName schema={schema} />
                </span>
              ))}
            </span>
          </li>
        ))}
      </ul>
    </article>
  );
}
