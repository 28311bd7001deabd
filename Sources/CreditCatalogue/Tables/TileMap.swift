import CreditModel

/// A map without geography: one square for each division, placed roughly as divisions lie (`tiles.yaml`).
public struct TileMap: Sendable {
    public struct Tile: Sendable, Hashable {
        /// Six digits (GB/T 2260).
        public let division: String
        /// Counted from 1, from the north and from the west.
        public let row: Int
        public let column: Int
        /// Short enough for its square.
        public let title: Bilingual
    }
    /// Where the places come from; shown under the map.
    public let source: Bilingual
    public let tiles: [Tile]

    public static let mostRows = 12
    public static let mostColumns = 6
}
