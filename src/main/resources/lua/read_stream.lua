#!lua flags=allow-oom
-- Hands entries of a stream that others write to a reader: first, when asked, those it has and did
-- not acknowledge, then those of readers that died, then new ones.
--
-- ARGV: stream, group, consumer, how many, ms after which another reader's entry is taken over,
-- 1 to begin with its own.
-- Answers per entry: {id, fields}
local stream, group, consumer = arg(), arg(), arg()
local at_most, idle, own = arg_number(), arg_number(), arg() == '1'

local made = redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
if made.err and not string.find(made.err, 'BUSYGROUP', 1, true) then return made end

local entries = {}
local function add(read)
  for _, entry in ipairs(read or {}) do
    if entry[2] then
      entries[#entries + 1] = entry
    else
      redis.call('XACK', stream, group, entry[1]) -- Its writer deleted it.
    end
  end
end
local function read(from)
  local room = at_most - #entries
  if room <= 0 then return end
  local streams = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', room,
    'STREAMS', stream, from)
  if streams then add(streams[1][2]) end
end

if own then read('0') end
local room = at_most - #entries
if room > 0 then
  add(redis.call('XAUTOCLAIM', stream, group, consumer, idle, '0', 'COUNT', room)[2])
end
read('>')

-- Readers that were silent for long and hold nothing are forgotten.
for _, flat in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local other = {}
  for i = 1, #flat, 2 do other[flat[i]] = flat[i + 1] end
  if other.name ~= consumer and other.pending == 0 and other.idle > 100 * idle then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, other.name)
  end
end
return entries
