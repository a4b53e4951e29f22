package io.vibee.reply;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks a body that came packed although nobody asked for that (gzip or deflate, RFC 9110, 8.4.1). It collects up to 1 MiB of a packed
 * body and unpacks it piece by piece while the reader behind it wants more. So a small body can't become a large one.
 */
final class Unpacked<T> implements BodySubscriber<T> {
    private static final int LONGEST_PACKED = 1 << 20;
    private static final int PIECE = 8192;
    private static final byte GZIP_FIRST = 0x1f;
    private static final int Z_DEFLATED = 8;

    private final BodySubscriber<T> reader;
    private final String encoding;
    private final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;
    private @Nullable Boolean isPacked;
    private volatile boolean enough;
    private boolean over;

    private Unpacked(BodySubscriber<T> reader, String encoding) {
        this.reader = reader;
        this.encoding = encoding;
    }

    static <T> BodyHandler<T> before(BodyHandler<T> handler) {
        return head -> new Unpacked<>(
                handler.apply(head),
                head.headers().firstValue("Content-Encoding").orElse("").strip().toLowerCase(Locale.ROOT));
    }

    @Override
    public CompletionStage<T> getBody() {
        return reader.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        reader.onSubscribe(new Flow.Subscription() {
            @Override
            public void request(long count) {
                given.request(count);
            }

            @Override
            public void cancel() {
                enough = true;
                given.cancel();
            }
        });
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining() && isPacked == null) {
                // Some servers don't say that they pack. No text begins like this.
                isPacked = isDeflated() || isGzipped() || buffer.get(buffer.position()) == GZIP_FIRST;
            }
        }
        if (isPacked == null || !isPacked) {
            reader.onNext(buffers);
            return;
        }
        for (ByteBuffer buffer : over ? List.<ByteBuffer>of() : buffers) {
            int taken = Math.min(buffer.remaining(), LONGEST_PACKED - packed.size());
            byte[] bytes = new byte[taken];
            buffer.get(bytes);
            packed.write(bytes, 0, taken);
        }
        if (packed.size() == LONGEST_PACKED && !over) {
            if (subscription != null) {
                subscription.cancel();
            }
            onComplete();
        }
    }

    private boolean isGzipped() {
        return encoding.equals("gzip") || encoding.equals("x-gzip");
    }

    private boolean isDeflated() {
        return encoding.equals("deflate");
    }

    @Override
    public void onError(Throwable failure) {
        if (!over) {
            reader.onError(failure);
        }
    }

    @Override
    public void onComplete() {
        if (over) {
            return;
        }
        over = true;
        if (isPacked != null && isPacked) {
            byte[] bytes = packed.toByteArray();
            try (InputStream in =
                    isDeflated() ? inflated(bytes) : new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                unpack(in);
            } catch (IOException cut) {
                // The unpacked text shows whether it is whole.
            }
        }
        reader.onComplete();
    }

    private void unpack(InputStream in) throws IOException {
        byte[] piece = new byte[PIECE];
        int read = in.read(piece);
        while (read >= 0 && !enough && !getBody().toCompletableFuture().isDone()) {
            reader.onNext(List.of(ByteBuffer.wrap(piece, 0, read)));
            piece = new byte[PIECE];
            read = in.read(piece);
        }
    }

    /** Inflates the zlib format, or raw deflate, which some servers send. */
    private static InputStream inflated(byte[] bytes) {
        boolean zlib = bytes.length > 1
                && (bytes[0] & 0x0f) == Z_DEFLATED
                && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
        return new InflaterInputStream(new ByteArrayInputStream(bytes), new Inflater(!zlib));
    }
}
