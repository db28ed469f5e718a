//! Where on the globe something stands.

use crate::math;

/// Mean radius of the earth, km.
const EARTH_KM: f64 = 6371.0088;

/// A point on the globe, degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// From −90 (south) to 90.
    pub latitude: f64,
    /// From −180 (west) to 180.
    pub longitude: f64,
}

impl From<(f64, f64)> for Position {
    /// Latitude, then longitude.
    fn from((latitude, longitude): (f64, f64)) -> Position {
        Position { latitude, longitude }
    }
}

impl Position {
    /// Great-circle distance, km: the haversine formula, which is exact for near points too.
    pub fn distance_km(self, other: Position) -> f64 {
        let (south, north) = (self.latitude.to_radians(), other.latitude.to_radians());
        let half = |a: f64, b: f64| math::sin((b - a) / 2.0);
        let across = half(self.longitude.to_radians(), other.longitude.to_radians());
        let up = half(south, north);
        let chord = up * up + math::cos(south) * math::cos(north) * across * across;
        2.0 * EARTH_KM * math::asin(math::sqrt(chord.min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::Position;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude, longitude }
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        let quarter = std::f64::consts::FRAC_PI_2 * 6371.0088;
        assert!((at(0.0, 0.0).distance_km(at(0.0, 90.0)) - quarter).abs() < 1e-6);
        assert!((at(90.0, 12.0).distance_km(at(-90.0, -77.0)) - 2.0 * quarter).abs() < 1e-6);
        assert_eq!(at(63.8, 23.1).distance_km(at(63.8, 23.1)), 0.0);
        // Across the date line it is as far as on the other side of the globe.
        let (line, greenwich) =
            (at(10.0, 179.0).distance_km(at(10.0, -179.0)), at(10.0, 1.0).distance_km(at(10.0, -1.0)));
        assert!((line - greenwich).abs() < 1e-6);
    }
}
