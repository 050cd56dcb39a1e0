import Glibc
import RedisClient

/// What a source reads, as it is configured.
public enum SourceKind: Sendable, Equatable {
    /// Files that match a path or a glob; `follow: false` reads them once. A path of a pipe is read as one.
    case file(pattern: String, follow: Bool)
    /// Standard input. It cannot be read again after a crash.
    case standardInput
    /// Redis streams, read as a consumer of a group.
    case redis(RedisStreamSettings)
    /// What is pushed over HTTP. It cannot be read again after a crash.
    case http(EventIntake)
}

/// Why a source could not be opened.
public enum SourceSetupError: Error, CustomStringConvertible, Sendable {
    /// Its format is wrong.
    case format(SourceFormatError)
    /// Its input cannot be opened.
    case input(InputError)
    /// The URL of its server cannot be used.
    case redis(RedisError)

    /// One line.
    public var description: String {
        switch self {
        case .format(let error): return error.description
        case .input(let error): return error.description
        case .redis(let error): return error.description
        }
    }
}

extension SourceKind {
    /// Opens a source of this kind. Throws what is wrong with the format, or a pipe that cannot be opened.
    public func open(_ options: SourceOptions) throws(SourceSetupError) -> any EventSource {
        switch self {
        case .standardInput: return try StandardInputSource(options: options)
        case .redis(let settings): return try RedisStreamSource(settings, options: options)
        case .http(let intake): return try IntakeSource(intake, options: options)
        case .file(let pattern, let follow):
            var status = stat()
            if stat(pattern, &status) == 0, status.st_mode & S_IFMT == S_IFIFO {
                return try StandardInputSource(path: pattern, options: options)
            }
            do throws(SourceFormatError) {
                return try FileSource(FileSourceOptions(pattern: pattern, follow: follow), options: options)
            } catch {
                throw .format(error)
            }
        }
    }
}
