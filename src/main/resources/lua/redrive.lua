#!lua
-- Revives dead tasks: the same id begins its next round with all counters at zero. Refused like a
-- submit when Redis is out of memory. A parent begins anew, and a child is its parent's no more: that
-- went on without it.
--
-- ARGV: caps (2), most live tasks, tenant of the asker; then per task: id, ms to wait.
-- Answers per task: {redriven, hash} | {known, hash} when it is not dead (any more) |
-- {full, live} | {absent}
read_caps()
local live_max, tenant = arg_number(), arg()
local live = tonumber(redis.call('HGET', key_counts(), 'live') or 0)

local function redrive(id, wait)
  local key = key_task(id)
  local letter = letter_of(id)
  if not letter or letter.tenant ~= tenant then
    local hash = redis.call('HGETALL', key)
    for i = 1, #hash, 2 do
      if hash[i] == 'tenant' and hash[i + 1] == tenant then return { 'known', hash } end
    end
    return { 'absent' }
  end
  if live >= live_max then return { 'full', live } end
  live = live + 1
  if letter.cost and letter.cost ~= '1' then redis.call('HSET', key, 'cost', letter.cost) end
  local status = wait > 0 and 'scheduled' or 'queued'
  local task = {
    id = id, tenant = letter.tenant, handler = letter.handler, priority = letter.priority,
    round = whole(letter.round + 1)
  }
  if redis.call('EXISTS', key) == 0 then
    -- Archived and released; its earlier events are read from the archive from now on.
    redis.call('HSET', key, 'handler', letter.handler, 'tenant', letter.tenant,
      'project', letter.project, 'user', letter.user, 'priority', letter.priority,
      'created', letter.created, 'input', letter.input, 'started', letter.started, 'revived', '1')
  else
    redis.call('HDEL', key, 'worker', 'finished', 'result', 'cancel', 'runAt', 'errorType',
      'errorMessage', 'errorRetryable', 'parent', 'resumed', 'entry', 'discarded', 'children', 'children:open',
      'children:succeeded', 'children:failed', 'children:dead', 'children:cancelled')
    redis.call('DEL', key_children(id))
  end
  redis.call('HSET', key, 'status', status, 'epoch', letter.epoch + 1, 'round', task.round,
    'attempts', 0, 'deliveries', 0, 'losses', 0)
  drop_letter(id, letter)
  admit(task, status, NOW + wait, ',"reason":"redriven"')
  return { 'redriven', redis.call('HGETALL', key) }
end

local answers = {}
while more() do answers[#answers + 1] = redrive(arg(), arg_number()) end
settle()
return answers
