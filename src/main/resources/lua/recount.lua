#!lua flags=allow-oom
-- Counts the tasks of a shard anew. Nothing else can run meanwhile, so only where there are few.
--
-- ARGV: most keys in all.
-- Answers the fields whose count was wrong.
local wrong, right = {}, { live = 0 }
if redis.call('DBSIZE') > arg_number() then return wrong end
local function one_more(field)
  right[field] = (right[field] or 0) + 1
end
local cursor = '0'
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', SHARD .. 'task:*', 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    if string.match(string.sub(key, #SHARD + 1), '^task:[^:]+$') then
      local v = redis.call('HMGET', key, 'status', 'handler', 'tenant')
      if v[1] and v[2] and v[3] and not is_final(v[1]) then
        one_more(v[2] .. ':' .. v[1])
        one_more('live')
        one_more(of_tenant(v[3]))
      end
    end
  end
until cursor == '0'

local stored = redis.call('HGETALL', key_counts())
local is = {}
for i = 1, #stored, 2 do
  is[stored[i]] = tonumber(stored[i + 1])
  right[stored[i]] = right[stored[i]] or 0
end
for field, n in pairs(right) do
  if (is[field] or 0) ~= n then
    redis.call('HSET', key_counts(), field, n)
    wrong[#wrong + 1] = field
  end
end
return wrong
