//! Dense ids: newtypes over the index, so that an origin is never taken for a destination.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the item at `index`.
            pub fn new(index: usize) -> $name {
                $name(u32::try_from(index).expect("a network has fewer than 4 billion items"))
            }

            /// The index into the network's vector.
            #[inline(always)]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}

id! {
    /// Index into [`super::Network::places`].
    PlaceId,
    /// Index into [`super::Network::materials`].
    MaterialId,
    /// Index into [`super::Network::origins`].
    OriginId,
    /// Index into [`super::Network::destinations`].
    DestinationId,
    /// Index into [`super::Network::lanes`].
    LaneId,
    /// Index into [`super::Network::plants`].
    PlantId,
    /// Index into [`super::Network::consumers`].
    ConsumerId,
}
