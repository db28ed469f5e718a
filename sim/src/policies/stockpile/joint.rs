//! A stock held by several: in one, where members can leave with their share, or each for itself.

use super::held::Held;
use crate::levers::Levers;
use crate::levers::Rules;
use crate::math::Row;
use crate::observed::Observed;
use crate::policies::Measure;
use crate::random::Block;

/// One stock, and what members took out of it when they withdrew.
#[derive(Debug)]
pub(super) struct Joint {
    pub(super) pool: Held,
    pub(super) members: Vec<Member>,
    /// Where the pool's destinations stand among [`Levers::member`].
    pub(super) first: usize,
}

/// A member.
#[derive(Debug)]
pub(super) struct Member {
    /// Places with their shares of its need: what part of its membership is withdrawn if one of them leaves.
    pub(super) places: Vec<(usize, f64)>,
    /// Positions of its destinations among the pool's.
    pub(super) positions: Vec<usize>,
    /// Share of what is held.
    pub(super) contribution: f64,
    /// Share of what it costs.
    pub(super) cost: f64,
    /// What it holds alone once it has left.
    pub(super) own: Held,
}

impl Joint {
    /// Rows of memory: the share of each member that is withdrawn, its share of the cost, then the rules' own, those of the pool
    /// and those of each member alike.
    fn rules_rows<'a>(&self, memory: &'a mut [Row]) -> (&'a mut [Row], &'a mut [Row], &'a mut [Row], usize) {
        let n = self.members.len();
        let (withdrawn, rest) = memory.split_at_mut(n);
        let (shares, rules) = rest.split_at_mut(n);
        let each = rules.len() / (n + 1);
        (withdrawn, shares, rules, each)
    }

    /// Share of the stock that is held by members still in it.
    fn inside(&self, withdrawn: &[Row]) -> Row {
        let mut inside = Row::ZERO;
        for (member, withdrawn) in self.members.iter().zip(withdrawn) {
            inside += (Row::ONE - *withdrawn) * member.contribution;
        }
        inside
    }

    /// Stock goes with a member that leaves: its share of what the members still in it hold; and comes back with one that
    /// returns.
    fn withdraw(&self, observed: &Observed<'_>, withdrawn: &mut [Row], levers: &mut Levers) {
        let stock = observed.stock[self.pool.index];
        let inside = self.inside(withdrawn);
        for (member, withdrawn) in self.members.iter().zip(withdrawn) {
            let before = *withdrawn;
            let mut now = Row::ZERO;
            for (place, share) in &member.places {
                now += observed.withdrawn[*place] * *share;
            }
            let leaves = (now - before).positive() * member.contribution;
            let returns = (before - now).positive().over(before, 0.0);
            let taken = stock * leaves.over(inside, 0.0).min(Row::ONE);
            let brought = observed.stock[member.own.index] * returns;
            levers.transfer[self.pool.index] += brought - taken;
            levers.transfer[member.own.index] += taken - brought;
            for position in &member.positions {
                levers.member[self.first + position] = Row::ONE - now;
            }
            *withdrawn = now;
        }
    }
}

impl Measure for Joint {
    fn install(&mut self, rules: &mut Rules) {
        rules.moves.members = true;
        self.first = rules.stockpiles.iter().map(|stockpile| stockpile.destinations.len()).sum();
        self.pool.install(rules);
        for member in &mut self.members {
            member.own.install(rules);
        }
    }

    fn settle(&mut self, rules: &Rules) {
        self.pool.settle(rules);
        for member in &mut self.members {
            member.own.settle(rules);
        }
    }

    fn n_memory(&self, n_steps: usize) -> usize {
        let n = self.members.len();
        2 * n + (n + 1) * self.pool.n_memory(n_steps)
    }

    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let (.., rules, each) = self.rules_rows(memory);
        let held = std::iter::once(&self.pool).chain(self.members.iter().map(|member| &member.own));
        for (held, rows) in held.zip(rules.chunks_mut(each)) {
            held.begin(block, rows);
        }
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let (withdrawn, _, rules, each) = self.rules_rows(memory);
        self.withdraw(observed, withdrawn, levers);
        let (pool, own) = rules.split_at_mut(each);
        self.pool.move_levers(observed, self.inside(withdrawn), pool, levers);
        for ((member, withdrawn), rows) in self.members.iter().zip(withdrawn).zip(own.chunks_mut(each)) {
            member.own.move_levers(observed, *withdrawn, rows, levers);
            // Who is in the joint stock has none of its own.
            let limit = &mut levers.draw_limit[member.own.index];
            *limit = withdrawn.above(Row::ZERO).select(*limit, Row::ZERO);
        }
    }

    fn charge(&self, observed: &Observed<'_>, _: &Levers, memory: &mut [Row], costs: &mut [Row]) {
        let (withdrawn, shares, ..) = self.rules_rows(memory);
        let mut paying = Row::ZERO;
        for (member, withdrawn) in self.members.iter().zip(&*withdrawn) {
            paying += (Row::ONE - *withdrawn) * member.cost;
        }
        // Those who stay pay for what is left; if nobody stays, all as agreed.
        for ((member, withdrawn), share) in self.members.iter().zip(&*withdrawn).zip(&mut *shares) {
            let stays = (Row::ONE - *withdrawn) * member.cost;
            *share = paying.above(Row::ZERO).select(stays.over(paying, 0.0), Row::splat(member.cost));
        }
        let inside = self.inside(withdrawn);
        let pool = &self.pool;
        pool.money.charge(observed, pool.index, &pool.stockpile, (inside, Some(shares)), costs);
        for (member, withdrawn) in self.members.iter().zip(&*withdrawn) {
            let own = &member.own;
            own.money.charge(observed, own.index, &own.stockpile, (*withdrawn, None), costs);
        }
    }
}

/// The same tonnage, each member's share held by itself.
#[derive(Debug)]
pub(super) struct Separate(pub(super) Vec<Held>);

impl Measure for Separate {
    fn install(&mut self, rules: &mut Rules) {
        self.0.iter_mut().for_each(|held| held.install(rules));
    }

    fn settle(&mut self, rules: &Rules) {
        self.0.iter_mut().for_each(|held| held.settle(rules));
    }

    fn n_memory(&self, n_steps: usize) -> usize {
        self.0.iter().map(|held| held.n_memory(n_steps)).sum()
    }

    fn begin(&self, block: &Block, memory: &mut [Row]) {
        let each = memory.len() / self.0.len();
        for (held, rows) in self.0.iter().zip(memory.chunks_mut(each)) {
            held.begin(block, rows);
        }
    }

    fn act(&self, observed: &Observed<'_>, memory: &mut [Row], levers: &mut Levers) {
        let each = memory.len() / self.0.len();
        for (held, rows) in self.0.iter().zip(memory.chunks_mut(each)) {
            held.act(observed, rows, levers);
        }
    }

    fn charge(&self, observed: &Observed<'_>, levers: &Levers, _: &mut [Row], costs: &mut [Row]) {
        for held in &self.0 {
            held.charge(observed, levers, &mut [], costs);
        }
    }
}
