// The executable: everything is in CommandLineTool.
import CommandLineTool
import Glibc

exit(CommandLineTool.run(Array(CommandLine.arguments.dropFirst())))
