#!lua flags=allow-oom
-- Ends runs.
--
-- ARGV: caps (2); then per run: id, worker, epoch, kind, a, error type, error message, 1 when it
-- may be retried. a is the result (succeed), the delay in ms (retry), or children as JSON (wait):
-- [[id, handler, priority, cost, input], ...], and then the next is the most live tasks.
-- Answers per run: 1 done, 0 stale.
read_caps()

local LIVE_FULL_PAUSE = 1000

-- Gives up its slot until its children have ended.
local function wait_for(task, children, live_max)
  local key = key_task(task.id)
  local live = tonumber(redis.call('HGET', key_counts(), 'live') or 0)
  if live + #children > live_max then
    redis.call('HINCRBY', key, 'deliveries', -1)
    return schedule(task, NOW + LIVE_FULL_PAUSE, ',"reason":"queue_full"')
  end
  leave(task)
  redis.call('HSET', key, 'status', 'waiting', 'epoch', task.epoch + 1, 'losses', 0,
    'children:open', #children)
  redis.call('HINCRBY', key, 'children', #children)
  redis.call('HDEL', key, 'worker')
  count(task.handler .. ':waiting', 1)
  append_status(task, 'waiting', ',"children":' .. #children)
  local of = redis.call('HMGET', key, 'project', 'user')
  for _, fields in ipairs(children) do
    local child = {
      id = fields[1], handler = fields[2], priority = fields[3], tenant = task.tenant,
      round = '1', fresh = true
    }
    create(child, 'queued', 0, of[1], of[2], whole(fields[4]), fields[5])
    redis.call('HSET', key_task(child.id), 'parent', task.id)
    redis.call('RPUSH', key_children(task.id), child.id)
  end
end

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
  if kind == 'wait' then
    if task.cancel then return end_round(task, 'cancelled', false) end
    return wait_for(task, cjson.decode(a), tonumber(type))
  end
  if kind == 'cancel' then return end_round(task, 'cancelled', false) end
  task.attempts = task.attempts + 1
  if kind == 'succeed' then
    if task.attempts > 1 then
      redis.call('HDEL', key, 'errorType', 'errorMessage', 'errorRetryable')
    end
    return end_round(task, 'succeeded', false, nil, 'attempts', whole(task.attempts), 'result', a)
  end
  return end_round(task, kind == 'fail' and 'failed' or 'dead', false,
    error_json(type, message, retryable), 'attempts', whole(task.attempts), 'errorType', type,
    'errorMessage', message, 'errorRetryable', retryable)
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
