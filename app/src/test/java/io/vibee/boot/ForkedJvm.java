package io.vibee.boot;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A JVM of its own that runs a main class as {@code java -jar} runs the service: from a jar with the same manifest,
 * on the class path of the tests, with the flags of the README's command. Closing it kills it if it still runs.
 */
public final class ForkedJvm implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    private ForkedJvm(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts it with the given environment and no other variable of the service. */
    public static ForkedJvm start(Path directory, Class<?> main, Map<String, String> environment, String... arguments)
            throws IOException {
        return start(directory, jar(directory, main), environment, arguments);
    }

    /** The same with a jar that was built. */
    static ForkedJvm start(Path directory, Path jar, Map<String, String> environment, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--sun-misc-unsafe-memory-access=allow",
                // It lives for seconds: the second compiler would only take the time that starting needs.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // The class path of the tests has another module's test configuration of the log.
                "-Dlogback.configurationFile=logback.xml",
                "-Xmx512m",
                "-jar",
                jar.toString()));
        command.addAll(List.of(arguments));
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("VIBEE_") || name.matches(".*_(API_KEY|SECRET|URL|TOKEN|MODEL)"));
        builder.environment().putAll(environment);
        return new ForkedJvm(builder.start(), out, err);
    }

    public Process process() {
        return process;
    }

    /** The exit status; an error when it hasn't ended after so many seconds. */
    public int exitStatus(int seconds) throws InterruptedException, IOException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("still running after " + seconds + " s; out: " + out() + " err: " + err());
        }
        return process.exitValue();
    }

    /** What it has written to standard output so far. */
    public String out() throws IOException {
        return Files.readString(out);
    }

    /** What it has written to standard error so far. */
    public String err() throws IOException {
        return Files.readString(err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static Path jar(Path directory, Class<?> main) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, main.getName());
        attributes.putValue("Enable-Native-Access", "ALL-UNNAMED");
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry).toUri().toString());
        }
        attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
        Path jar = directory.resolve(main.getSimpleName() + ".jar");
        try (OutputStream stream = Files.newOutputStream(jar);
                JarOutputStream archive = new JarOutputStream(stream, manifest)) {
            archive.finish();
        }
        return jar;
    }
}
