//! What events change, and how several on one thing add up.

/// A set of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channels(u32);

impl Channels {
    /// None.
    pub const NONE: Channels = Channels(0);
    /// All of them.
    pub const ALL: Channels = Channels((1 << Channel::COUNT) - 1);

    /// Whether a channel is among them.
    #[inline(always)]
    pub fn has(self, channel: Channel) -> bool {
        self.0 >> channel as u32 & 1 == 1
    }

    /// Those of either.
    pub fn union(self, others: Channels) -> Channels {
        Channels(self.0 | others.0)
    }

    /// Without a channel.
    pub fn without(self, channel: Channel) -> Channels {
        Channels(self.0 & !(1 << channel as u32))
    }
}

/// What an effect changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Multiplies the availability of a plant.
    Availability,
    /// Raises the share of a plant's capacity that its owner withholds: 1 − (1 − a)(1 − b).
    Control,
    /// Multiplies the openness of a lane.
    Openness,
    /// Multiplies what owners that redirect output leave to a lane: a part of its openness.
    Redirected,
    /// Multiplies what passes on a lane where its way is closed, not its border to trade.
    Passage,
    /// Takes the smaller cap of a lane.
    LaneCap,
    /// Takes the smaller export cap of an origin.
    ExportCap,
    /// Raises the unused allowance that an origin may keep for later, units: the larger counts.
    CarryOver,
    /// Adds transit to a lane, steps.
    AddedTransit,
    /// Adds to the wedge of a lane.
    Wedge,
    /// Raises the share of what leaves on a lane that is barred to refused users: 1 − (1 − a)(1 − b).
    Barred,
    /// Raises the share of a consumer's claim for which it is refused what is barred: 1 − (1 − a)(1 − b).
    RefusedConsumer,
    /// Raises the same share of a plant's inputs: 1 − (1 − a)(1 − b).
    RefusedPlant,
    /// Multiplies the surge of a consumer.
    Surge,
    /// Adds to the log price shock of a material.
    Shock,
    /// Raises the threatened share of a lane: 1 − (1 − a)(1 − b).
    Threat,
    /// Raises the announced share of a lane: 1 − (1 − a)(1 − b).
    Announced,
    /// Raises the share of new capacity work at an origin that is halted: 1 − (1 − a)(1 − b).
    Technology,
    /// Raises the share of a place's membership of joint stockpiles that is withdrawn: 1 − (1 − a)(1 − b).
    Withdrawn,
    /// Sets the hazard active.
    Active,
}

impl Channel {
    /// How many channels there are.
    pub(super) const COUNT: usize = Channel::Active as usize + 1;

    /// The channel whose numbers the step reads it in.
    #[inline(always)]
    pub(super) fn seen_in(self) -> Channel {
        if self == Channel::Redirected { Channel::Openness } else { self }
    }

    /// Whether its items are lanes.
    #[inline(always)]
    pub(super) fn of_lanes(self) -> bool {
        match self {
            Channel::Openness | Channel::Redirected | Channel::Passage => true,
            Channel::LaneCap | Channel::AddedTransit => true,
            Channel::Wedge | Channel::Barred | Channel::Threat | Channel::Announced => true,
            Channel::Availability | Channel::Control | Channel::ExportCap | Channel::CarryOver => false,
            Channel::RefusedConsumer | Channel::RefusedPlant | Channel::Surge | Channel::Shock => false,
            Channel::Withdrawn | Channel::Technology | Channel::Active => false,
        }
    }

    /// The value of a thing that no event touches; writing it changes nothing.
    pub fn neutral(self) -> f64 {
        match self {
            Channel::Availability | Channel::Surge => 1.0,
            Channel::Openness | Channel::Redirected | Channel::Passage => 1.0,
            Channel::LaneCap | Channel::ExportCap => f64::INFINITY,
            Channel::AddedTransit | Channel::Wedge | Channel::Shock => 0.0,
            Channel::Threat | Channel::Announced | Channel::Technology | Channel::Withdrawn => 0.0,
            Channel::Barred | Channel::RefusedConsumer | Channel::RefusedPlant => 0.0,
            Channel::Control | Channel::CarryOver | Channel::Active => 0.0,
        }
    }

    /// What `written` makes of `value`: several events on one thing.
    pub(super) fn combine(self, value: f64, written: f64) -> f64 {
        match self {
            Channel::Availability
            | Channel::Openness
            | Channel::Redirected
            | Channel::Passage
            | Channel::Surge => value * written,
            Channel::LaneCap | Channel::ExportCap => value.min(written),
            Channel::AddedTransit | Channel::Wedge | Channel::Shock => value + written,
            Channel::Control
            | Channel::Barred
            | Channel::RefusedConsumer
            | Channel::RefusedPlant
            | Channel::Threat
            | Channel::Announced
            | Channel::Technology
            | Channel::Withdrawn => 1.0 - (1.0 - value) * (1.0 - written),
            Channel::CarryOver | Channel::Active => value.max(written),
        }
    }
}
