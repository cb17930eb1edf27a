#!lua flags=no-writes,allow-oom
-- Live tasks of a tenant, newest first (ids sort by the time they were minted).
--
-- ARGV: tenant, where to begin ('+' or '(' .. id), how many.
-- Answers per task: {id, hash}
local tenant, from, limit = arg(), arg(), arg()
local answers = {}
for _, id in ipairs(redis.call('ZRANGE', key_live(tenant), from, '-', 'BYLEX', 'REV', 'LIMIT', 0, limit)) do
  local hash = redis.call('HGETALL', key_task(id))
  if #hash > 0 then answers[#answers + 1] = { id, hash } end
end
return answers
