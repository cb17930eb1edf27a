#!lua flags=allow-oom
-- Forgets rounds that are archived.
--
-- ARGV: per round: entry, id, round.
local entries, keys, by_tenant = {}, {}, {}
while more() do
  local entry, id, round = arg(), arg(), arg()
  entries[#entries + 1] = entry
  local v = redis.call('HMGET', key_task(id), 'status', 'round', 'tenant')
  if v[1] and v[2] == round and is_final(v[1]) then
    keys[#keys + 1] = key_task(id)
    keys[#keys + 1] = key_events(id)
    keys[#keys + 1] = key_children(id)
    local ids = by_tenant[v[3]] or {}
    ids[#ids + 1] = id
    by_tenant[v[3]] = ids
  end
end

-- In portions that a Lua stack holds.
local function all(items, call)
  for i = 1, #items, 1000 do call(unpack(items, i, math.min(i + 999, #items))) end
end
all(entries, function(...)
  redis.call('XACK', key_finished(), 'archive', ...)
  redis.call('XDEL', key_finished(), ...)
end)
all(keys, function(...) redis.call('UNLINK', ...) end)
for tenant, ids in pairs(by_tenant) do
  all(ids, function(...) redis.call('ZREM', key_live(tenant), ...) end)
end
return 1
