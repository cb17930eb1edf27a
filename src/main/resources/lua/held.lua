#!lua flags=no-writes,allow-oom
-- What a worker holds: the answer to a claim may have been lost with its connection.
--
-- ARGV: worker.
-- Answers {id, hash} of each.
local worker = arg()
local held = {}
for _, id in ipairs(redis.call('ZRANGE', key_leases(), 0, -1)) do
  local v = redis.call('HMGET', key_task(id), 'status', 'worker')
  if v[1] == 'running' and v[2] == worker then
    held[#held + 1] = { id, redis.call('HGETALL', key_task(id)) }
  end
end
return held
