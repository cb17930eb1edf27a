#!lua flags=allow-oom
-- Announces what a worker offers, unless another live one offers a handler of the same name and
-- version under another declaration: then that worker, the handler's name and that declaration.
--
-- ARGV: worker, ttl in ms, all its offers as JSON; then per offer: name, version, declaration
local worker, ttl, offers = arg(), arg(), arg()
local mine = {}
while more() do
  local name, version, declaration = arg(), arg(), arg()
  mine[name .. ' ' .. version] = declaration
end
local all = redis.call('HGETALL', key_handlers())
for i = 1, #all, 2 do
  local other = all[i]
  if other ~= worker and redis.call('EXISTS', key_worker(other)) == 1 then
    for _, offer in ipairs(cjson.decode(all[i + 1])) do
      local here = mine[offer.name .. ' ' .. offer.version]
      if here and here ~= offer.declaration then
        return { other, offer.name, offer.declaration }
      end
    end
  end
end
redis.call('SET', key_worker(worker), '1', 'PX', ttl)
redis.call('HSET', key_handlers(), worker, offers)
redis.call('SPUBLISH', key_handlers(), '')
return {}
