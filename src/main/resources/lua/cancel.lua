#!lua flags=allow-oom
-- Asks for a task to stop, and its children with it. What waits ends at once; its id stays in its
-- ready list as a ghost that claim skips, because removing it would cost a walk. What runs is told by
-- hint and at its renewal. A parent ends with the last of its children.
--
-- ARGV: caps (2), id, tenant of the asker.
-- Answers {} when there is no such task for the asker, else {requested | final, hash}
read_caps()
local id, tenant = arg(), arg()
local task = peek(id)
if not task or task.tenant ~= tenant then return {} end

local function stop(task)
  local goes_on = task.status == 'running' or task.status == 'waiting'
  if goes_on and task.cancel then return end
  redis.call('HSET', key_task(task.id), 'cancel', '1')
  if not goes_on then return end_round(task, 'cancelled', true) end
  append_status(task, task.status, ',"cancelRequested":true')
  if task.status == 'running' then redis.call('SPUBLISH', key_cancels(), task.id) end
end

local answer = is_final(task.status) and 'final' or 'requested'
if answer == 'requested' then
  stop(task)
  for _, of in ipairs(redis.call('LRANGE', key_children(id), 0, -1)) do
    local child = peek(of)
    if child and child.parent == id and not is_final(child.status) then stop(child) end
  end
end
settle()
return { answer, redis.call('HGETALL', key_task(id)) }
