import Foundation

/// Templates, the one style sheet, the script and the emblem, read once at start.
struct Assets: Sendable {
    let templates: [String: String]
    let styles: [UInt8]
    let script: [UInt8]
    let emblem: [UInt8]
    /// The service worker, which knows this version's files.
    let worker: [UInt8]
    /// Icons of the installed app by name.
    let icons: [String: [UInt8]]
    /// Changes when any asset does, so that browsers may keep assets for ever.
    let version: String

    init(folder: String? = nil) throws {
        guard let folder = folder ?? Self.locate() else { throw PortalFault.resources }
        let manager = FileManager.default
        var templates: [String: String] = [:]
        for path in (manager.enumerator(atPath: folder)?.allObjects as? [String] ?? [])
        where path.hasSuffix(".mustache") {
            guard let data = manager.contents(atPath: folder + "/" + path) else { throw PortalFault.resources }
            let name = path.split(separator: "/").last.map { String($0.dropLast(".mustache".count)) } ?? path
            templates[name] = String(decoding: data, as: UTF8.self)
        }
        func read(_ path: String) throws -> [UInt8] {
            guard let data = manager.contents(atPath: folder + "/Design/" + path) else { throw PortalFault.resources }
            return Array(data)
        }
        let order = String(decoding: try read("styles.txt"), as: UTF8.self)
        var styles: [UInt8] = []
        for line in order.split(separator: "\n") where !line.hasPrefix("#") {
            styles += try read(line.trimmingCharacters(in: .whitespaces))
            styles.append(0x0A)
        }
        self.templates = templates
        self.styles = styles
        script = try read("enhance.js")
        emblem = try read("emblem.svg")
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in styles + script + emblem { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        version = String(hash, radix: 36)
        worker = Array(
            String(decoding: try read("App/sw.js"), as: UTF8.self).replacing("VERSION", with: String(hash, radix: 36)).utf8)
        icons = try Dictionary(
            uniqueKeysWithValues: ["icon-192.png", "icon-512.png", "icon-maskable-512.png"].map { ($0, try read("App/" + $0)) })
    }

    /// Beside the program, or under ../share/chengxin of an installation.
    private static func locate() -> String? {
        let name = "chengxin_CreditServer.resources"
        guard let executable = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else {
            return nil
        }
        let folder = executable.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
            separator: "/")
        return ["\(folder)/\(name)", "\(folder)/../share/chengxin/\(name)"].first {
            FileManager.default.fileExists(atPath: $0)
        }
    }
}
