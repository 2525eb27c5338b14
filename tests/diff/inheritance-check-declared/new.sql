-- no way back: constraint positive ON public.heir stays declared by its table
CREATE TABLE parent (a int, CONSTRAINT positive CHECK (a > 0), CONSTRAINT small CHECK (a < 100));
CREATE TABLE heir (CONSTRAINT positive CHECK (a > 0)) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (heir);
CREATE TABLE moved (CONSTRAINT small CHECK (a < 100)) INHERITS (parent);
