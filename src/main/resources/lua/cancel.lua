#!lua flags=allow-oom
-- Asks for a task to stop, and its children with it. What waits ends at once; its id stays in its ready list as a ghost that
-- claim skips, because removing it would cost a walk. What runs is told by hint and at its renewal.
--
-- ARGV: caps (2), id, tenant of the asker.
-- Answers {} when there is no such task for the asker, else {requested | final, hash}
read_caps()
local id, tenant = arg(), arg()
local task = peek(id)
if not task or task.tenant ~= tenant then return {} end

local function stop(task)
  local running = task.status == 'running'
  if not (running and task.cancel) then
    redis.call('HSET', key_task(task.id), 'cancel', '1')
    if running then
      append_status(task, 'running', ',"cancelRequested":true')
      redis.call('SPUBLISH', key_cancels(), task.id)
    else
      end_round(task, 'cancelled', true)
    end
  end
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
