#!lua flags=allow-oom
-- Hands ended rounds to the archive: first those this reader took before and did not release, then
-- new ones, then those of readers that died.
--
-- ARGV: consumer, how many, ms after which another reader's entry is taken over, most events in all.
-- Answers per round: {entry, id, hash, events}
local consumer, at_most, idle, events_left = arg(), arg_number(), arg(), arg_number()
local GROUP = 'archive'
local stream = key_finished()

local made = redis.pcall('XGROUP', 'CREATE', stream, GROUP, '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end

local rounds = {}
local function add(entries)
  for _, entry in ipairs(entries or {}) do
    if events_left <= 0 and #rounds > 0 then return end
    local id, round = nil, nil
    if entry[2] then id, round = entry[2][2], entry[2][4] end
    local hash = id and redis.call('HGETALL', key_task(id)) or {}
    local fields = {}
    for i = 1, #hash, 2 do fields[hash[i]] = hash[i + 1] end
    if fields.round == round and is_final(fields.status) then
      local events = redis.call('XRANGE', key_events(id), '-', '+')
      events_left = events_left - #events
      rounds[#rounds + 1] = { entry[1], id, hash, events }
    else
      -- A redrive began a new round, which brings an entry of its own when it ends.
      redis.call('XACK', stream, GROUP, entry[1])
      redis.call('XDEL', stream, entry[1])
    end
  end
end

local function read(from)
  local room = at_most - #rounds
  if room <= 0 or events_left <= 0 then return end
  local read = redis.call('XREADGROUP', 'GROUP', GROUP, consumer, 'COUNT', room,
    'STREAMS', stream, from)
  if read then add(read[1][2]) end
end

read('0')
read('>')
local room = at_most - #rounds
if room > 0 and events_left > 0 then
  add(redis.call('XAUTOCLAIM', stream, GROUP, consumer, idle, '0', 'COUNT', room)[2])
end
return rounds
