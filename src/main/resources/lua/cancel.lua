#!lua flags=allow-oom
-- Asks for a task to stop. What waits ends at once; its id stays in its ready list as a ghost that
-- claim skips, because removing it would cost a walk. What runs is told by hint and at its renewal.
--
-- ARGV: caps (2), id, tenant of the asker.
-- Answers {} when there is no such task for the asker, else {requested | final, hash}
read_caps()
local id, tenant = arg(), arg()
local task = peek(id)
if not task or task.tenant ~= tenant then return {} end
local answer = 'requested'
if is_final(task.status) then
  answer = 'final'
elseif task.status == 'running' then
  if not task.cancel then
    redis.call('HSET', key_task(id), 'cancel', '1')
    append_status(task, 'running', ',"cancelRequested":true')
    redis.call('SPUBLISH', key_cancels(), id)
  end
else
  redis.call('HSET', key_task(id), 'cancel', '1')
  end_round(task, 'cancelled', true)
end
settle()
return { answer, redis.call('HGETALL', key_task(id)) }
