import TestSupport
import Testing

@testable import CreditCatalogue
@testable import CreditResolution

@Suite("places")
struct PlacesTests {
    @Test("the same divisions come to the same places, in whatever order they are read", arguments: Seeds.standard)
    func order(seed: UInt64) throws {
        var random = SplitMix64(seed)
        let names = Array(try SharedCatalogue.load().divisions.names)
        let folding = CharacterFolding.standard
        let places = Places(names: names, folding: folding)
        let others = Places(names: names.shuffled(using: &random), folding: folding)
        for (name, codes) in names {
            let scalars = folding.scalars(name)[...]
            let (bare, other) = (places.bareDistricts.longestPrefix(of: scalars), others.bareDistricts.longestPrefix(of: scalars))
            #expect(bare?.value == other?.value && bare?.length == other?.length, "\(name) \(codes)")
            guard let place = places.place(at: scalars), let same = others.place(at: scalars) else { continue }
            #expect((place.index, place.length) == (same.index, same.length), "\(name) \(codes)")
            let (one, two) = (places.places[Int(place.index)], others.places[Int(same.index)])
            #expect(one.prefixes == two.prefixes && one.stem == two.stem, "\(name) \(codes): \(one) \(two)")
        }
    }
}
