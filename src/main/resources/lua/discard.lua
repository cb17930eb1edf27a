#!lua flags=allow-oom
-- Deletes a dead letter; the archive keeps the task and its events.
--
-- ARGV: id, tenant of the asker.
-- Answers the fields of the letter, {} when there is none.
local id, tenant = arg(), arg()
local letter = letter_of(id)
if not letter or letter.tenant ~= tenant then return {} end
drop_letter(id, letter)
if redis.call('EXISTS', key_task(id)) == 1 then redis.call('HSET', key_task(id), 'discarded', '1') end
return letter.flat
