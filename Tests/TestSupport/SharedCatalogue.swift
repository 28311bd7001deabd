import CreditCatalogue
import FoundationEssentials

/// The repository's own catalogue, loaded once per process: it costs seconds in a debug build.
public enum SharedCatalogue {
    /// Found from this file's place in the repository.
    public static let directory: String = {
        let up = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let path = "/\(up)/Catalogue"
        // A checkout may reach the folder by a link.
        guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return path }
        return target
    }()

    private static let loaded = Result { try Catalogue.load(directory: directory) }

    public static func load() throws -> Catalogue { try loaded.get() }
}
