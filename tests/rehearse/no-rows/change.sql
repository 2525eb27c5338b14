-- Nothing is told that was not tried on rows.
-- note has: no row could be made up for public.t
CREATE INDEX t_kind ON t (kind);
