package io.vibee.settings;

import java.nio.file.Path;
import java.util.Set;

/**
 * What kind of run this is and where it keeps its data: an absolute directory, which need not exist yet.
 *
 * @param operators names of users, as they were written
 * @param sandboxPort of 127.0.0.1; 0 takes any free one
 */
public record ServiceSettings(Mode mode, Path dataDirectory, Set<String> operators, boolean sandbox, int sandboxPort) {

    public ServiceSettings {
        operators = Set.copyOf(operators);
    }

    static ServiceSettings read(Environment environment, Path workingDirectory) {
        Mode mode = environment.oneOf(Variable.VIBEE_MODE, Mode.class, "development or production");
        return new ServiceSettings(
                mode == null ? Mode.DEVELOPMENT : mode,
                environment.directory(Variable.VIBEE_DATA_DIR, workingDirectory),
                Set.copyOf(environment.list(Variable.VIBEE_OPERATORS)),
                environment.flag(Variable.VIBEE_SANDBOX),
                sandboxPort(environment));
    }

    /** Unless set, the port after the API's, so that a stored session finds its Telegram again after a restart. */
    private static int sandboxPort(Environment environment) {
        if (environment.isSet(Variable.VIBEE_SANDBOX_PORT)) {
            return environment.port(Variable.VIBEE_SANDBOX_PORT);
        }
        int http = environment.port(Variable.VIBEE_HTTP_PORT);
        return http == 0 || http == 65535 ? 0 : http + 1;
    }
}
