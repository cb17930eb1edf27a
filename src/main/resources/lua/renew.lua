#!lua flags=allow-oom
-- Extends leases.
--
-- ARGV: lease in ms; then per hold: id, worker, epoch.
-- Answers per hold: 0 stale, 1 held, 2 held and asked to stop.
local lease = arg_number()
local answers = {}
while more() do
  local id, worker, epoch = arg(), arg(), arg()
  local v = redis.call('HMGET', key_task(id), 'status', 'worker', 'epoch', 'cancel')
  if v[1] == 'running' and v[2] == worker and v[3] == epoch then
    redis.call('ZADD', key_leases(), NOW + lease, id)
    answers[#answers + 1] = v[4] == '1' and 2 or 1
  else
    answers[#answers + 1] = 0
  end
end
return answers
