//! Tidy tests: what must not be in the tree, checked by reading it (design: each invariant is an absence).

mod coverage;
mod layers;
mod links;
mod tree;
mod words;
