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
        self.styles = Self.squeezed(styles)
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

    /// Styles without comments, and with no blank where none is needed. Texts in quotes stay as they are.
    static func squeezed(_ styles: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(styles.count)
        var place = 0
        var blank = false
        while place < styles.count {
            let byte = styles[place]
            if byte == UInt8(ascii: "/"), place + 1 < styles.count, styles[place + 1] == UInt8(ascii: "*") {
                place += 2
                while place + 1 < styles.count, styles[place] != UInt8(ascii: "*") || styles[place + 1] != UInt8(ascii: "/") { place += 1 }
                place += 2
                blank = true
                continue
            }
            if byte == 0x20 || byte == 0x0A || byte == 0x09 || byte == 0x0D {
                blank = true
                place += 1
                continue
            }
            // A blank before a colon may part a selector from its descendant: only one after it goes.
            if blank, let last = result.last, !"{};,:".utf8.contains(last), !"{};,".utf8.contains(byte) { result.append(0x20) }
            blank = false
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                result.append(byte)
                place += 1
                continue
            }
            var end = place + 1
            while end < styles.count, styles[end] != byte { end += styles[end] == UInt8(ascii: "\\") ? 2 : 1 }
            end = min(end + 1, styles.count)
            result += styles[place..<end]
            place = end
        }
        return result
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
