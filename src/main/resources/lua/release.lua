#!lua flags=allow-oom
-- Forgets rounds that are archived.
--
-- ARGV: per round: entry, id, round.
while more() do
  local entry, id, round = arg(), arg(), arg()
  redis.call('XACK', key_finished(), 'archive', entry)
  redis.call('XDEL', key_finished(), entry)
  local task = peek(id)
  if task and task.round == round and is_final(task.status) then
    redis.call('UNLINK', key_task(id), key_events(id))
    redis.call('ZREM', key_live(task.tenant), id)
  end
end
return 1
