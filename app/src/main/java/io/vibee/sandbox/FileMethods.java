package io.vibee.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** How a bot gets files and sends voice. */
final class FileMethods {
    /** What a bot may download. */
    private static final int MAX_DOWNLOAD = 20 * 1024 * 1024;

    /** How the sounds begin that Telegram shows as voice: Ogg, MP3 with a tag or without; M4A has it after four bytes. */
    private static final List<ByteString> SOUNDS =
            List.of(bytes("OggS"), bytes("ID3"), ByteString.fromArray(new byte[] {(byte) 0xff, (byte) 0xfb}));

    private static final ByteString M4A = bytes("ftyp");

    private final SandboxFiles files;

    FileMethods(SandboxFiles files) {
        this.files = files;
    }

    JsonNode getFile(Params params) {
        SandboxFiles.Stored file = files.find(params.text("file_id"));
        if (file == null) {
            throw BotApiRefusal.badRequest("wrong file_id or the file is temporarily unavailable");
        }
        if (file.content().size() > MAX_DOWNLOAD) {
            throw BotApiRefusal.badRequest("file is too big");
        }
        return Json.object()
                .put("file_id", params.text("file_id"))
                .put("file_unique_id", file.uniqueId())
                .put("file_size", file.content().size())
                .put("file_path", file.path());
    }

    /** The voice that comes with the call. The words of the refusals are ours. */
    static Media.Voice voice(Params params) {
        ByteString sound = params.files().get("voice");
        if (sound == null || sound.isEmpty()) {
            throw BotApiRefusal.badRequest("there is no voice in the request");
        }
        boolean known = SOUNDS.stream().anyMatch(start -> hasAt(sound, 0, start)) || hasAt(sound, 4, M4A);
        if (!known) {
            throw BotApiRefusal.badRequest("wrong type of the file: no sound");
        }
        return new Media.Voice(sound, (int) params.number("duration", 0));
    }

    /** The bytes at an address that {@link #getFile} told, or null. */
    @Nullable
    ByteString download(String path) {
        SandboxFiles.Stored file = files.at(path);
        return file == null ? null : file.content();
    }

    private static boolean hasAt(ByteString sound, int from, ByteString expected) {
        return sound.slice(from, from + expected.size()).equals(expected);
    }

    private static ByteString bytes(String text) {
        return ByteString.fromArray(text.getBytes(StandardCharsets.US_ASCII));
    }
}
