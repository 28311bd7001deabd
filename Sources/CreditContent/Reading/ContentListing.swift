import Foundation
import Glibc

/// The files of a content folder by name, size and time: enough to see that something changed, without reading any.
struct ContentListing: Equatable {
    struct Entry: Equatable {
        /// Below the folder.
        let path: String
        let fault: String?
        let sizeBytes: Int
        let modifiedNanoseconds: Int64
        let inode: UInt64
    }
    let entries: [Entry]

    /// - Throws: `ContentProblem` where the folder is none.
    init(_ directory: String) throws {
        let manager = FileManager.default
        guard let names = try? manager.contentsOfDirectory(atPath: directory) else {
            throw ContentProblem(file: directory, line: nil, message: "there is no content folder at this place")
        }
        var entries: [Entry] = []
        for name in names.sorted() where Self.isMeant(name) && name != "README.md" {
            let folder = directory + "/" + name
            guard ContentSection(rawValue: name) != nil else {
                let sections = ContentSection.allCases.map(\.rawValue).joined(separator: ", ")
                entries.append(Self.entry(folder, name, fault: "not a section; the folders are \(sections)"))
                continue
            }
            for file in ((try? manager.contentsOfDirectory(atPath: folder)) ?? []).sorted() where Self.isMeant(file) {
                entries.append(Self.entry(folder + "/" + file, name + "/" + file, fault: nil))
            }
        }
        if entries.count > ContentFolder.mostFiles {
            throw ContentProblem(
                file: directory, line: nil, message: "more than \(ContentFolder.mostFiles) files; move old ones away")
        }
        self.entries = entries
    }

    /// Editors leave files of their own beside the real ones.
    private static func isMeant(_ name: String) -> Bool { !name.hasPrefix(".") && !name.hasSuffix("~") }

    private static func entry(_ path: String, _ name: String, fault: String?) -> Entry {
        var info = stat()
        // Links are not followed: they could lead out of the folder.
        guard lstat(path, &info) == 0 else {
            return Entry(path: name, fault: fault ?? "cannot be read", sizeBytes: 0, modifiedNanoseconds: 0, inode: 0)
        }
        var fault = fault
        if fault == nil, info.st_mode & S_IFMT != S_IFREG { fault = "not a plain file" }
        if fault == nil, info.st_size > ContentFile.mostBytes {
            fault = "over \(ContentFile.mostBytes / 1024) kB; divide it, or link to a document"
        }
        return Entry(
            path: name, fault: fault, sizeBytes: Int(info.st_size),
            modifiedNanoseconds: Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec), inode: UInt64(info.st_ino))
    }
}
