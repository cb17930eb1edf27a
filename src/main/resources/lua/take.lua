#!lua flags=allow-oom
-- Hands ended rounds to the archive: first those this reader took before and did not release, then
-- new ones, then those of readers that died.
--
-- ARGV: consumer, how many, ms after which another reader's entry is taken over, most events in all.
-- Answers per round: {entry, id, round}. Hash and events are read after it: they change no more,
-- unless a redrive begins a new round.
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
    local now = id and redis.call('HMGET', key_task(id), 'status', 'round', 'log') or {}
    if now[2] == round and is_final(now[1]) then
      events_left = events_left - (now[3] and 1 or redis.call('XLEN', key_events(id)))
      rounds[#rounds + 1] = { entry[1], id, round }
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
