#!lua flags=no-writes,allow-oom
-- One dead letter.
--
-- ARGV: id, tenant of the asker.
-- Answers its fields, {} when there is none.
local letter = letter_of(arg())
if not letter or letter.tenant ~= arg() then return {} end
return letter.flat
