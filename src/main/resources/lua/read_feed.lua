#!lua flags=no-writes,allow-oom
-- A piece of the feed of this shard.
--
-- ARGV: the last feed id the reader has, or '' for one that begins now; how many.
-- Answers {gap, last id of the feed, entries}
local after, limit = arg(), arg()
local feed = key_feed()

local last = '0-0'
if redis.call('EXISTS', feed) == 1 then last = stream_info(feed)['last-generated-id'] end
if after == '' then return { 0, last, {} } end
-- The reader knows ids that this feed never gave: it saw another life of this Redis.
if is_before(last, after) then return { 1, last, {} } end
return { gap_after(feed, after), last, redis.call('XRANGE', feed, '(' .. after, '+', 'COUNT', limit) }
