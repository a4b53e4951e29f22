import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.ToolProvider;

/**
 * Measures the sources below every src/main/java of the product's modules; ops is left out. The compiler parses them, so comments,
 * strings and imports that only a comment uses count for nothing. Names are resolved by imports and packages, without class path.
 */
final class Structure {

    private static final int LONG_FILE = 300;
    private static final int LARGEST = 10;
    private static final int REPEATED_LINES = 6;

    /** The actors that an update meets: whatever their code names, directly or not, may run for it. */
    private static final Set<String> UPDATE = Set.of("Poller", "Session", "Chat", "Account", "ReplyEngine");

    /** What a request to configure a chat meets. */
    private static final Set<String> CONFIGURE = Set.of("HttpFront", "ChatRoutes", "Gate", "Chat");

    /** A source file with the files that its code names. */
    private record Source(Path path, String pack, String name, int lines, Set<String> uses) {
        String type() {
            return pack + "." + name;
        }
    }

    private Structure() {}

    public static void main(String[] arguments) throws IOException {
        Map<Path, List<String>> texts = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of(""))) {
            for (Path file : files.filter(Structure::isMain).toList()) {
                texts.put(file, Files.readAllLines(file));
            }
        }
        Collection<Source> sources = parse(texts);
        printLines(sources);
        printPackageCycles(sources);
        printFileCycles(sources);
        printRepeated(texts);
        printReached(sources, "ONE UPDATE, from poll to Delivered", UPDATE);
        printReached(sources, "ONE PUT /chats/{id}/config", CONFIGURE);
    }

    private static boolean isMain(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.endsWith(".java")
                && path.contains("src/main/java/")
                && !path.startsWith("ops/")
                && !path.contains("/target/")
                && !path.contains("/ops/");
    }

    private static void printLines(Collection<Source> sources) {
        List<Source> files = sources.stream()
                .filter(source -> !source.name().equals("package-info"))
                .sorted(Comparator.comparingInt(Source::lines).reversed())
                .toList();
        System.out.printf(
                "LINES BY FILE (package-info left out)%n  files %d, lines %d, median %d, over %d lines: %d%n",
                files.size(),
                files.stream().mapToInt(Source::lines).sum(),
                files.get(files.size() / 2).lines(),
                LONG_FILE,
                files.stream().filter(file -> file.lines() > LONG_FILE).count());
        files.stream().limit(LARGEST).forEach(file -> System.out.printf("  %5d  %s%n", file.lines(), file.path()));
    }

    private static void printPackageCycles(Collection<Source> sources) {
        Map<String, String> packages = sources.stream().collect(Collectors.toMap(Source::type, Source::pack));
        Map<String, Set<String>> graph = new TreeMap<>();
        for (Source source : sources) {
            Set<String> uses = graph.computeIfAbsent(source.pack(), name -> new TreeSet<>());
            source.uses().stream().map(packages::get).forEach(uses::add);
        }
        List<Set<String>> cycles = cycles(graph);
        System.out.printf("%nCYCLES BETWEEN PACKAGES (each package by itself, not with those below it)%n  %d%n", cycles.size());
        cycles.forEach(cycle -> System.out.println("  " + String.join(" ⇄ ", cycle)));
    }

    private static void printFileCycles(Collection<Source> sources) {
        Map<String, Set<String>> graph = new TreeMap<>();
        Map<String, String> packages = sources.stream().collect(Collectors.toMap(Source::type, Source::pack));
        for (Source source : sources) {
            graph.put(
                    source.type(),
                    source.uses().stream()
                            .filter(used -> source.pack().equals(packages.get(used)))
                            .collect(Collectors.toCollection(TreeSet::new)));
        }
        List<Set<String>> cycles = cycles(graph);
        System.out.printf(
                "%nCYCLES BETWEEN FILES OF A PACKAGE (groups in which each file leads to each other)%n  groups %d, files in them %d%n",
                cycles.size(), cycles.stream().mapToInt(Set::size).sum());
        for (Set<String> cycle : cycles) {
            String pack = packages.get(cycle.iterator().next());
            System.out.printf(
                    "  %s (%d): %s%n",
                    pack,
                    cycle.size(),
                    cycle.stream().map(type -> type.substring(pack.length() + 1)).collect(Collectors.joining(", ")));
        }
    }

    /** An upper bound, by references alone: the roots stand for actors, which reach each other by messages. */
    private static void printReached(Collection<Source> sources, String what, Set<String> roots) {
        Map<String, Source> byType = sources.stream().collect(Collectors.toMap(Source::type, source -> source));
        Deque<Source> open = new ArrayDeque<>();
        sources.stream()
                .filter(source -> roots.contains(source.name()) && isOfAnActor(source))
                .forEach(open::add);
        if (open.size() != roots.size()) {
            throw new IllegalStateException(what + " begins at " + roots + ", and found were "
                    + open.stream().map(Source::type).toList());
        }
        Set<Source> reached = new HashSet<>(open);
        while (!open.isEmpty()) {
            for (String used : open.pop().uses()) {
                if (reached.add(byType.get(used))) {
                    open.push(byType.get(used));
                }
            }
        }
        System.out.printf("%n%s: files that the code of %s names, directly or not%n  %d%n", what, new TreeSet<>(roots), reached.size());
        reached.stream()
                .collect(Collectors.groupingBy(Source::pack, TreeMap::new, Collectors.counting()))
                .forEach((pack, count) -> System.out.printf("  %4d  %s%n", count, pack));
    }

    /** Not a record of the protocol or a row that is called as an actor is. */
    private static boolean isOfAnActor(Source source) {
        return source.path().startsWith("app");
    }

    private static Collection<Source> parse(Map<Path, List<String>> texts) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            Iterable<? extends JavaFileObject> files = manager.getJavaFileObjectsFromPaths(texts.keySet());
            var problems = new DiagnosticCollector<JavaFileObject>();
            var task = (JavacTask) compiler.getTask(null, manager, problems, List.of("-proc:none"), null, files);
            Map<String, CompilationUnitTree> units = new TreeMap<>();
            for (CompilationUnitTree unit : task.parse()) {
                units.put(pack(unit) + "." + name(unit), unit);
            }
            if (!problems.getDiagnostics().isEmpty()) {
                throw new IOException(problems.getDiagnostics().getFirst().toString());
            }
            List<Source> sources = new ArrayList<>();
            units.forEach((type, unit) -> {
                Path path = Path.of("").toAbsolutePath().relativize(Path.of(unit.getSourceFile().toUri()));
                sources.add(new Source(path, pack(unit), name(unit), texts.get(path).size(), uses(type, unit, units.keySet())));
            });
            return sources;
        }
    }

    private static String pack(CompilationUnitTree unit) {
        return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    private static String name(CompilationUnitTree unit) {
        return Path.of(unit.getSourceFile().toUri()).getFileName().toString().replace(".java", "");
    }

    /** The top-level types of ours that the code of a file names. */
    private static Set<String> uses(String type, CompilationUnitTree unit, Set<String> types) {
        Map<String, String> imported = new HashMap<>();
        for (ImportTree one : unit.getImports()) {
            String full = one.getQualifiedIdentifier().toString();
            outermost(full, types).ifPresent(owner -> imported.put(full.substring(full.lastIndexOf('.') + 1), owner));
        }
        Set<String> nested = new HashSet<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitClass(ClassTree declared, Void nothing) {
                nested.add(declared.getSimpleName().toString());
                return super.visitClass(declared, nothing);
            }
        }.scan(unit.getTypeDecls(), null);
        Set<String> uses = new TreeSet<>();
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitIdentifier(IdentifierTree identifier, Void nothing) {
                String name = identifier.getName().toString();
                String inPackage = pack(unit) + "." + name;
                if (imported.containsKey(name)) {
                    uses.add(imported.get(name));
                } else if (!nested.contains(name) && types.contains(inPackage)) {
                    uses.add(inPackage);
                }
                return null;
            }

            @Override
            public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
                if (types.contains(select.toString())) {
                    uses.add(select.toString());
                }
                return super.visitMemberSelect(select, nothing);
            }
        }.scan(unit.getTypeDecls(), null);
        uses.remove(type);
        return uses;
    }

    private static Optional<String> outermost(String full, Set<String> types) {
        for (String name = full; name.contains("."); name = name.substring(0, name.lastIndexOf('.'))) {
            if (types.contains(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }

    /** The strongly connected components of more than one node (Tarjan), largest first. */
    private static List<Set<String>> cycles(Map<String, Set<String>> graph) {
        List<Set<String>> found = new ArrayList<>();
        Map<String, Integer> index = new HashMap<>();
        Map<String, Integer> low = new HashMap<>();
        Deque<String> stack = new ArrayDeque<>();
        graph.keySet().forEach(node -> {
            if (!index.containsKey(node)) {
                connect(node, graph, index, low, stack, found);
            }
        });
        found.sort(Comparator.comparingInt((Set<String> cycle) -> cycle.size()).reversed());
        return found;
    }

    private static void connect(
            String node,
            Map<String, Set<String>> graph,
            Map<String, Integer> index,
            Map<String, Integer> low,
            Deque<String> stack,
            List<Set<String>> found) {
        index.put(node, index.size());
        low.put(node, index.get(node));
        stack.push(node);
        for (String next : graph.getOrDefault(node, Set.of())) {
            if (!index.containsKey(next)) {
                connect(next, graph, index, low, stack, found);
                low.merge(node, low.get(next), Math::min);
            } else if (stack.contains(next)) {
                low.merge(node, index.get(next), Math::min);
            }
        }
        if (low.get(node).equals(index.get(node))) {
            Set<String> component = new TreeSet<>();
            String member;
            do {
                member = stack.pop();
                component.add(member);
            } while (!member.equals(node));
            if (component.size() > 1) {
                found.add(component);
            }
        }
    }

    /** One line of a file that counts. */
    private record Line(Path file, int number, String text) {}

    /** Pairs of places with the same lines, as many as are equal; imports, comments and blank lines are left out. */
    private static void printRepeated(Map<Path, List<String>> texts) {
        List<List<Line>> files = texts.entrySet().stream()
                .map(file -> counted(file.getKey(), file.getValue()))
                .toList();
        Map<List<String>, List<int[]>> places = new HashMap<>();
        for (int file = 0; file < files.size(); file++) {
            for (int at = 0; at + REPEATED_LINES <= files.get(file).size(); at++) {
                places.computeIfAbsent(window(files.get(file), at), lines -> new ArrayList<>()).add(new int[] {file, at});
            }
        }
        List<String> pairs = new ArrayList<>();
        places.values().stream().filter(same -> same.size() > 1).forEach(same -> {
            for (int i = 0; i < same.size(); i++) {
                for (int j = i + 1; j < same.size(); j++) {
                    pair(files, same.get(i), same.get(j)).ifPresent(pairs::add);
                }
            }
        });
        pairs.sort(Comparator.reverseOrder());
        System.out.printf("%nREPEATED CODE (pairs of %d or more equal lines)%n  %d%n", REPEATED_LINES, pairs.size());
        pairs.forEach(pair -> System.out.println("  " + pair));
    }

    private static List<Line> counted(Path file, List<String> lines) {
        List<Line> counted = new ArrayList<>();
        boolean comment = false;
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i).strip();
            boolean starts = text.startsWith("/*");
            boolean skipped = comment || starts || text.startsWith("//") || text.startsWith("import ")
                    || text.startsWith("package ") || text.isEmpty();
            comment = (comment || starts) && !text.contains("*/");
            if (!skipped) {
                counted.add(new Line(file, i + 1, text));
            }
        }
        return counted;
    }

    private static List<String> window(List<Line> file, int at) {
        return file.subList(at, at + REPEATED_LINES).stream().map(Line::text).toList();
    }

    /** Told once, where the equal lines begin; two places of one file must not overlap. */
    private static Optional<String> pair(List<List<Line>> files, int[] one, int[] other) {
        List<Line> first = files.get(one[0]);
        List<Line> second = files.get(other[0]);
        boolean begins = one[1] == 0 || other[1] == 0 || !first.get(one[1] - 1).text().equals(second.get(other[1] - 1).text());
        int length = 0;
        while (one[1] + length < first.size()
                && other[1] + length < second.size()
                && first.get(one[1] + length).text().equals(second.get(other[1] + length).text())) {
            length++;
        }
        if (!begins || (one[0] == other[0] && one[1] + length > other[1])) {
            return Optional.empty();
        }
        Line a = first.get(one[1]);
        Line b = second.get(other[1]);
        return Optional.of("%3d lines: %s:%d = %s:%d".formatted(length, a.file(), a.number(), b.file(), b.number()));
    }
}
