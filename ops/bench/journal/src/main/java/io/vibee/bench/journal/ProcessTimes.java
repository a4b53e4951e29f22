package io.vibee.bench.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** CPU time as Linux tells it in {@code /proc/…/stat} (proc_pid_stat(5)), in ticks of 10 ms. */
final class ProcessTimes {

    private static final double TICKS_PER_SECOND = 100;
    /** Fields after the name in parentheses, counted from the state. */
    private static final int PARENT = 1;

    private static final int USER = 11;
    private static final int SYSTEM = 12;
    private static final int CHILDREN_USER = 13;
    private static final int CHILDREN_SYSTEM = 14;

    private ProcessTimes() {}

    /** Of a process, its living children, and those that have ended. */
    static double ofFamily(long parent) {
        String[] own = fields(Path.of("/proc/" + parent + "/stat"));
        long ticks = ticks(own, USER) + ticks(own, SYSTEM) + ticks(own, CHILDREN_USER) + ticks(own, CHILDREN_SYSTEM);
        String parentText = Long.toString(parent);
        for (Path child : list(Path.of("/proc"), name -> Character.isDigit(name.charAt(0)))) {
            String[] fields = fields(child.resolve("stat"));
            if (fields.length > CHILDREN_SYSTEM && fields[PARENT].equals(parentText)) {
                ticks += ticks(fields, USER) + ticks(fields, SYSTEM);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** Of a JVM's compiler threads. */
    static double ofCompiler(long jvm) {
        long ticks = 0;
        for (Path thread : list(Path.of("/proc/" + jvm + "/task"), name -> true)) {
            String name = read(thread.resolve("comm"));
            if (name.startsWith("C1 Comp") || name.startsWith("C2 Comp")) {
                String[] fields = fields(thread.resolve("stat"));
                ticks += ticks(fields, USER) + ticks(fields, SYSTEM);
            }
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** How many processes wanted to run in the last minute. */
    static double loadAverage() {
        return Double.parseDouble(read(Path.of("/proc/loadavg")).split(" ", -1)[0]);
    }

    private static List<Path> list(Path directory, Predicate<String> wanted) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> wanted.test(entry.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long ticks(String[] fields, int index) {
        return fields.length > index ? Long.parseLong(fields[index]) : 0;
    }

    private static String[] fields(Path stat) {
        String text = read(stat);
        return text.substring(text.lastIndexOf(')') + 1).strip().split(" ", -1);
    }

    /** Empty when the process has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
