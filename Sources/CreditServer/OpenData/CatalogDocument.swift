import CreditCatalogue
import CreditModel
import CreditServices
import Hummingbird

/// The description of the data for other catalogues: DCAT 3 with the properties that DCAT-AP asks for, as JSON-LD.
extension OpenDataRoutes {
    @Sendable func catalog(_ request: Request, _ context: PortalContext) async throws -> Response {
        let page = Page(portal, request)
        let offer = try await offers().first
        var json = JSONWriter(capacity: 16_384)
        json.object { json in
            json.object("@context") { json in
                json.field("dcat", "http://www.w3.org/ns/dcat#")
                json.field("dct", "http://purl.org/dc/terms/")
                json.field("foaf", "http://xmlns.com/foaf/0.1/")
                json.field("spdx", "http://spdx.org/rdf/terms#")
                json.field("xsd", "http://www.w3.org/2001/XMLSchema#")
                json.field("rdfs", "http://www.w3.org/2000/01/rdf-schema#")
            }
            json.field("@id", page.absolute(Self.catalogPath))
            json.field("@type", "dcat:Catalog")
            words("dct:title", Bilingual(zh: "\(portal.catalogue.edition.city.zh)公共信用开放数据", en: "Open public credit data of \(portal.catalogue.edition.city.en)"), &json)
            words("dct:description", Bilingual(zh: "本市单位的公共信用记录：公示期内的公开部分。", en: "Public credit records of organisations: what is public, while it is public."), &json)
            publisher(page, &json)
            licence(page, &json)
            json.object("foaf:homepage") { $0.field("@id", page.absolute("/data")) }
            json.array("dct:language") { json in
                for language in ["ZHO", "ENG"] {
                    json.object { $0.field("@id", "http://publications.europa.eu/resource/authority/language/\(language)") }
                }
            }
            if let offer { typed("dct:modified", offer.snapshot.takenAt, "xsd:dateTime", &json) }
            json.object("dcat:service") { json in
                json.field("@id", page.absolute(Self.streamPath))
                json.field("@type", "dcat:DataService")
                words("dct:title", Bilingual(zh: "变化流", en: "Stream of changes"), &json)
                json.object("dcat:endpointURL") { $0.field("@id", page.absolute(Self.streamPath)) }
                json.object("dcat:endpointDescription") { $0.field("@id", page.absolute("/api/v1/openapi.yaml")) }
            }
            json.array("dcat:dataset") { json in
                dataset(
                    OpenDatasets.organisations, Bilingual(zh: "单位", en: "Organisations"),
                    Bilingual(zh: "有公示记录的单位：代码、名称、登记状态。", en: "Organisations with a public record: code, name, status."),
                    issued: nil, offer, page, &json)
                for entry in datasets.datasets {
                    dataset(entry.id, entry.item.title, entry.item.conduct, issued: entry.item, offer, page, &json)
                }
            }
        }
        return .bytes(json.bytes, "application/ld+json; charset=utf-8", headers: [.cacheControl: "no-store"])
    }

    private func words(_ name: String, _ text: Bilingual, _ json: inout JSONWriter) {
        json.array(name) { json in
            for (language, value) in [("zh", text.zh), ("en", text.en)] {
                json.object { json in
                    json.field("@language", language)
                    json.field("@value", value)
                }
            }
        }
    }

    private func typed(_ name: String, _ value: String, _ type: String, _ json: inout JSONWriter) {
        json.object(name) { json in
            json.field("@type", type)
            json.field("@value", value)
        }
    }

    private func publisher(_ page: Page, _ json: inout JSONWriter) {
        json.object("dct:publisher") { json in
            json.field("@id", page.absolute("/about"))
            json.field("@type", "foaf:Agent")
            words("foaf:name", portal.catalogue.openData.publisher, &json)
        }
    }

    private func licence(_ page: Page, _ json: inout JSONWriter) {
        let licence = portal.catalogue.openData.licence
        json.object("dct:license") { json in
            json.field("@id", licence.url.hasPrefix("/") ? page.absolute(licence.url) : licence.url)
            json.field("@type", "dct:LicenseDocument")
            words("rdfs:label", licence.title, &json)
        }
    }

    private func dataset(
        _ id: String, _ title: Bilingual, _ description: Bilingual, issued item: Item?, _ offer: Offer?, _ page: Page,
        _ json: inout JSONWriter
    ) {
        let frequency = ["daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY"][portal.catalogue.openData.frequency.rawValue] ?? "DAILY"
        json.object { json in
            json.field("@id", page.absolute("/data#\(id)"))
            json.field("@type", "dcat:Dataset")
            json.field("dct:identifier", id)
            words("dct:title", title, &json)
            words("dct:description", description, &json)
            publisher(page, &json)
            licence(page, &json)
            json.object("dct:accrualPeriodicity") {
                $0.field("@id", "http://publications.europa.eu/resource/authority/frequency/\(frequency)")
            }
            json.object("dcat:landingPage") {
                $0.field("@id", page.absolute(item == nil ? "/data" : "/catalogue/\(id)"))
            }
            guard let offer else { return }
            typed("dct:modified", offer.snapshot.takenAt, "xsd:dateTime", &json)
            // What is in it was public on this day; earlier states are not part of it.
            json.object("dct:temporal") { json in
                json.field("@type", "dct:PeriodOfTime")
                typed("dcat:endDate", offer.snapshot.day, "xsd:date", &json)
            }
            json.array("dcat:distribution") { json in
                for file in offer.snapshot.files where file.dataset == id && offer.isOffered(file) {
                    distribution(file, of: offer.snapshot, page, &json)
                }
            }
        }
    }

    private func distribution(_ file: OpenSnapshot.File, of snapshot: OpenSnapshot, _ page: Page, _ json: inout JSONWriter) {
        let address = page.absolute(Self.address(file, of: snapshot))
        json.object { json in
            json.field("@id", address)
            json.field("@type", "dcat:Distribution")
            json.field("dct:title", file.name)
            json.object("dcat:downloadURL") { $0.field("@id", address) }
            json.object("dcat:accessURL") { $0.field("@id", page.absolute("/data")) }
            json.object("dcat:mediaType") {
                $0.field("@id", "https://www.iana.org/assignments/media-types/" + (file.format == "csv" ? "text/csv" : "application/x-ndjson"))
            }
            if file.compressed {
                json.object("dcat:compressFormat") {
                    $0.field("@id", "https://www.iana.org/assignments/media-types/application/gzip")
                }
            }
            typed("dcat:byteSize", String(file.bytes), "xsd:nonNegativeInteger", &json)
            licence(page, &json)
            json.object("spdx:checksum") { json in
                json.field("@type", "spdx:Checksum")
                json.object("spdx:algorithm") { $0.field("@id", "http://spdx.org/rdf/terms#checksumAlgorithm_sha256") }
                typed("spdx:checksumValue", file.sha256, "xsd:hexBinary", &json)
            }
        }
    }
}
