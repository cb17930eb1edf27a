#!lua flags=allow-oom
-- Who is live, what each offers, and which handlers are paused. Forgets the workers that are not.
-- Answers {{worker, its offers as JSON, ...}, {paused handler, ...}}
local all = redis.call('HGETALL', key_handlers())
local live = {}
for i = 1, #all, 2 do
  if redis.call('EXISTS', key_worker(all[i])) == 1 then
    live[#live + 1] = all[i]
    live[#live + 1] = all[i + 1]
  else
    redis.call('HDEL', key_handlers(), all[i])
    hint(key_handlers())
  end
end
settle()
return { live, redis.call('SMEMBERS', key_paused()) }
