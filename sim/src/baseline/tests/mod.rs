//! What the balance promises, on networks small enough to solve by hand.

mod flows;
