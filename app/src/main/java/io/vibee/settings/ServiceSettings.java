package io.vibee.settings;

import java.nio.file.Path;

/** What kind of run this is and where it keeps its data: an absolute directory, which need not exist yet. */
public record ServiceSettings(Mode mode, Path dataDirectory, boolean sandbox) {
    static ServiceSettings read(Environment environment, Path workingDirectory) {
        Mode mode = environment.oneOf(Variable.VIBEE_MODE, Mode.class, "development or production");
        return new ServiceSettings(
                mode == null ? Mode.DEVELOPMENT : mode,
                environment.directory(Variable.VIBEE_DATA_DIR, workingDirectory),
                environment.flag(Variable.VIBEE_SANDBOX));
    }
}
