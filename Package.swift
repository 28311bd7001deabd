// swift-tools-version: 6.2
// Chengxin: a city's public credit platform. One package, one target per topic; see ARCHITECTURE.md for who may import whom.

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: ["README.md"], resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

let package = Package(
    name: "chengxin",
    products: [
        .executable(name: "chengxin", targets: ["chengxin"]),
        // For Benchmarks/, which measures the store and the log without the command line.
        .library(name: "ChengxinStore", targets: ["CreditStore", "CreditRegistry", "CreditModel", "TransparencyLog"]),
        // Matching alone: names, numbers, candidates, without a store.
        .library(
            name: "ChengxinMatching", targets: ["CreditResolution", "CreditIntake", "CreditCatalogue", "CreditModel"]),
        // The public API for other programs; Foundation alone.
        .library(name: "ChengxinClient", targets: ["ChengxinClient"]),
        // The index of names alone.
        .library(name: "ChengxinSearch", targets: ["CreditServices", "CreditIntake", "CreditModel"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.29.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.9.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    ],
    targets: [
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CIconv"),
        .systemLibrary(name: "CJemalloc", pkgConfig: "jemalloc", providers: [.apt(["libjemalloc-dev"])]),
        .systemLibrary(name: "COpenCC", pkgConfig: "opencc", providers: [.apt(["libopencc-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(
            name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev", "libcairo2-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        // Without pkg-config: Debian has no file for the extensions.
        .systemLibrary(name: "CCommonMark", providers: [.apt(["libcmark-gfm-dev", "libcmark-gfm-extensions-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        library("ChengxinClient"),
        library("CreditModel"),
        library("TransparencyLog", [.product(name: "Crypto", package: "swift-crypto")]),
        library("CreditCatalogue", ["CreditModel", .product(name: "Yams", package: "Yams")]),
        library("CreditContent", ["CreditModel", "CCommonMark", .product(name: "Yams", package: "Yams")]),
        library("CreditIntake", ["CreditCatalogue", "CreditModel", "CZip", "CXML", "CIconv"]),
        library("CreditSample", ["CreditCatalogue", "CreditModel"]),
        library("CreditResolution", ["CreditIntake", "CreditCatalogue", "CreditModel", "COpenCC"]),
        library(
            "CreditRegistry",
            [
                "CreditResolution", "CreditIntake", "CreditCatalogue", "CreditModel",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "CreditServices",
            [
                "CreditRegistry", "CreditResolution", "CreditIntake", "CreditCatalogue", "CreditModel", "TransparencyLog", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "CreditStore",
            [
                "CreditServices", "CreditRegistry", "CreditResolution", "CreditIntake", "CreditCatalogue",
                "CreditModel", "TransparencyLog", "CPostgres", "CZstd",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        library(
            "CreditDocuments",
            [
                "CreditServices", "CreditRegistry", "CreditCatalogue", "CreditModel", "TransparencyLog", "CPango",
                "CQREncode", "CXLSXWriter", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "CreditWatch",
            [
                "CreditServices", "CreditRegistry", "CreditCatalogue", "CreditModel", "CCurl",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        library(
            "CreditServer",
            [
                "CreditWatch", "CreditDocuments", "CreditServices", "CreditRegistry", "CreditResolution", "CreditContent", "CreditCatalogue",
                "CreditModel", "TransparencyLog", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ], resources: [.copy("Design"), .copy("Pages")]),
        .executableTarget(
            name: "chengxin",
            dependencies: [
                "CreditSample", "CreditServer", "CreditWatch", "CreditDocuments", "CreditStore", "CreditServices", "CreditRegistry", "CreditResolution",
                "CreditIntake",
                "CreditContent", "CreditCatalogue", "CreditModel", "TransparencyLog", "CJemalloc",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"], swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: [
                "CreditStore", "CreditServices", "CreditRegistry", "CreditIntake", "CreditCatalogue", "CreditModel",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests(
            "LogTests", ["TransparencyLog", "TestSupport", .product(name: "Crypto", package: "swift-crypto")]),
        tests("ModelTests", ["CreditModel", "TestSupport"]),
        tests("ChartTests", ["CreditServer", "CreditModel", "TestSupport"]),
        tests("CatalogueTests", ["CreditCatalogue", "CreditModel", "TestSupport"]),
        tests("ReadingTests", ["CreditIntake"], exclude: ["Outcomes"]),
        tests("IntakeTests", ["CreditIntake", "CreditCatalogue", "CreditModel", "TestSupport"]),
        tests("ResolutionTests", ["CreditResolution", "CreditCatalogue", "CreditIntake", "CreditModel", "TestSupport"]),
        tests(
            "StoreTests",
            [
                "CreditStore", "CreditServices", "CreditRegistry", "CreditResolution", "CreditIntake", "CreditCatalogue",
                "CreditModel", "TransparencyLog", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests(
            "RightsTests",
            [
                "CreditStore", "CreditServices", "CreditRegistry", "CreditIntake", "CreditCatalogue", "CreditModel",
                "TestSupport",
            ]),
        tests("SearchTests", ["CreditServices", "CreditModel", "TestSupport"]),
        tests("FlowTests", ["ChengxinClient", "TransparencyLog", "TestSupport", .product(name: "Yams", package: "Yams")]),
        tests(
            "DocumentTests",
            [
                "CreditDocuments", "CreditStore", "CreditServices", "CreditRegistry", "CreditResolution", "CreditIntake",
                "CreditCatalogue", "CreditModel", "TransparencyLog", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"), .product(name: "Yams", package: "Yams"),
            ]),
        tests(
            "ServingTests",
            [
                "CreditServer", "CreditCatalogue", "CZlib", "TestSupport",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
            ]),
        tests(
            "WatchTests",
            [
                "CreditWatch", "CreditStore", "CreditServices", "CreditRegistry", "CreditCatalogue", "CreditModel", "TestSupport",
                .product(name: "Crypto", package: "swift-crypto"),
            ]),
        tests("ContentTests", ["CreditContent", "CreditModel", "TestSupport"]),
        tests("SampleTests", ["CreditSample", "CreditIntake", "CreditCatalogue", "CreditModel"]),
    ]
)
