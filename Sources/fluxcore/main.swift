// The executable: everything is in CommandLineTool.
