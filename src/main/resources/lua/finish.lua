#!lua flags=allow-oom
-- Ends runs.
--
-- ARGV: caps (2); then per run: id, worker, epoch, kind, a, error type, error message, 1 when it
-- may be retried. a is the result (succeed) or the delay in ms (retry).
-- Answers per run: 1 done, 0 stale.
read_caps()

local function ended(task, kind, a, type, message, retryable)
  local key = key_task(task.id)
  if kind == 'back' or kind == 'retry' then
    if kind == 'retry' then
      task.attempts = task.attempts + 1
      task.losses = 0 -- It ended by itself: it is not what kills workers.
      redis.call('HSET', key, 'attempts', task.attempts, 'losses', 0, 'errorType', type,
        'errorMessage', message, 'errorRetryable', retryable)
    else
      redis.call('HINCRBY', key, 'deliveries', -1)
    end
    -- Somebody asked for it to stop: there is no next run.
    if task.cancel then return end_round(task, 'cancelled', false) end
    if kind == 'back' then return requeue(task, true, ',"reason":"handed_back"') end
    local more_json = ',"attempts":' .. task.attempts .. error_json(type, message, retryable)
    local delay = tonumber(a)
    if delay <= 0 then return requeue(task, false, more_json) end
    return schedule(task, NOW + delay, more_json)
  end
  if kind == 'cancel' then return end_round(task, 'cancelled', false) end
  task.attempts = task.attempts + 1
  if kind == 'succeed' then
    redis.call('HSET', key, 'attempts', task.attempts, 'result', a)
    redis.call('HDEL', key, 'errorType', 'errorMessage', 'errorRetryable')
    return end_round(task, 'succeeded', false)
  end
  redis.call('HSET', key, 'attempts', task.attempts, 'errorType', type, 'errorMessage', message,
    'errorRetryable', retryable)
  return end_round(task, kind == 'fail' and 'failed' or 'dead', false,
    error_json(type, message, retryable))
end

local answers = {}
while more() do
  local id, worker, epoch, kind, a = arg(), arg(), arg(), arg(), arg()
  local type, message, retryable = arg(), arg(), arg()
  local task = peek(id)
  if held(task, worker, epoch) then
    ended(task, kind, a, type, message, retryable)
    answers[#answers + 1] = 1
  else
    answers[#answers + 1] = 0
  end
end
settle()
return answers
