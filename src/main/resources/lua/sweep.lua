#!lua flags=allow-oom
-- Moves lapsed leases and due tasks on. Safe to run from anywhere, often.
--
-- ARGV: caps (2), most of each kind in one call, crash budget, ms without a sweep after which Redis
-- is taken to have been away.
-- Answers {lapsed, the dead letters of those that are buried, promoted}
read_caps()
local at_most = arg()
local crash_budget = arg_number()
local outage = arg_number()

-- Nobody could renew while Redis was away: every run gets one whole lease anew. (Real time: a test
-- that steps the clock is no outage.)
local last = redis.call('GET', key_swept())
redis.call('SET', key_swept(), REAL_NOW)
if last and REAL_NOW - last > outage then
  for _, id in ipairs(redis.call('ZRANGE', key_leases(), 0, -1)) do
    local lease = redis.call('HGET', key_task(id), 'lease')
    if lease then redis.call('ZADD', key_leases(), 'XX', 'GT', NOW + lease, id) end
  end
end

local lapsed, buried, promoted = 0, {}, 0

local function lose(task)
  lapsed = lapsed + 1
  task.losses = task.losses + 1
  redis.call('HSET', key_task(task.id), 'losses', task.losses)
  if task.cancel then
    end_round(task, 'cancelled', true)
  elseif task.losses >= crash_budget then
    local message = 'Its worker was lost ' .. task.losses .. ' times while running it.'
    redis.call('HSET', key_task(task.id), 'errorType', 'worker_lost', 'errorMessage', message,
      'errorRetryable', '0')
    end_round(task, 'dead', true, error_json('worker_lost', message, '0'))
    buried[#buried + 1] = letter_of(task.id).flat
  else
    requeue(task, false, ',"reason":"worker_lost"')
  end
end

for _, id in ipairs(redis.call('ZRANGE', key_leases(), '-inf', NOW, 'BYSCORE', 'LIMIT', 0, at_most)) do
  local task = peek(id)
  if task and task.status == 'running' then
    lose(task)
  else
    redis.call('ZREM', key_leases(), id)
  end
end

for _, id in ipairs(redis.call('ZRANGE', key_scheduled(), '-inf', NOW, 'BYSCORE', 'LIMIT', 0, at_most)) do
  local task = peek(id)
  if task and task.status == 'scheduled' then
    requeue(task, false)
    promoted = promoted + 1
  else
    redis.call('ZREM', key_scheduled(), id)
  end
end
settle()
return { lapsed, buried, promoted }
