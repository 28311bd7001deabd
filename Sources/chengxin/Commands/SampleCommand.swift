import ArgumentParser
struct SampleCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "sample") }
struct ServeCommand: ParsableCommand { static let configuration = CommandConfiguration(commandName: "serve") }
