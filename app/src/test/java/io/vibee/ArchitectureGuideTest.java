package io.vibee;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The tour in ops/docs/architecture.md")
class ArchitectureGuideTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern NAMED = Pattern.compile("`((?:[A-Z][a-z]+)+(?:\\.(?:[A-Z][a-z]+)+)*)`");
    private static final Pattern DECLARED = Pattern.compile("\\b(?:class|interface|record|enum) ([A-Z]\\w*)");

    @Test
    @DisplayName("names only types that exist")
    void names() throws IOException {
        String guide = Files.readString(ROOT.resolve(Path.of("ops", "docs", "architecture.md")));
        Set<String> named = NAMED.matcher(guide)
                .results()
                .map(MatchResult::group)
                .flatMap(name -> Stream.of(name.replace("`", "").split("\\.", -1)))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).contains("Chat", "MessageReceived", "Receive");
        assertThat(declared()).containsAll(named);
    }

    private static Set<String> declared() throws IOException {
        Set<String> types = new TreeSet<>();
        for (String module : Set.of("app", "persistence", "protocol")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".java")).toList()) {
                    DECLARED.matcher(Files.readString(file))
                            .results()
                            .map(result -> result.group(1))
                            .forEach(types::add);
                }
            }
        }
        return types;
    }
}
