package dev.imdsanalyzer.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

/** Questions to eight bytes at once, each byte value at each place; and to one byte. */
class WordsTest {
    /** No control byte, no space, no colon. */
    private static final int PLAIN = 'a';

    private static byte[] plain() {
        byte[] word = new byte[8];
        Arrays.fill(word, (byte) PLAIN);
        return word;
    }

    private static void tellsTheFirst(LongUnaryOperator question, IntPredicate expected) {
        assertThat(question.applyAsLong(Words.at(plain(), 0))).isZero();
        for (int octet = 0; octet < 256; octet++) {
            for (int place = 0; place < 8; place++) {
                byte[] word = plain();
                word[place] = (byte) octet;
                long answer = question.applyAsLong(Words.at(word, 0));
                assertThat(answer != 0)
                        .as("byte %d at place %d", octet, place)
                        .isEqualTo(octet >= 0x7F || expected.test(octet));
                if (answer != 0) {
                    assertThat(Words.first(answer)).isEqualTo(place);
                }
            }
        }
    }

    @Test
    void theFirstControlByteIsTold() {
        tellsTheFirst(Words::controls, octet -> octet < ' ');
    }

    @Test
    void theFirstControlByteOrSpaceIsTold() {
        tellsTheFirst(Words::controlsAndSpaces, octet -> octet <= ' ');
    }

    @Test
    void theFirstControlByteSpaceOrColonIsTold() {
        tellsTheFirst(Words::controlsSpacesAndColons, octet -> octet <= ' ' || octet == ':');
    }

    @Test
    void bytesBeforeAPositionAreLeftOut() {
        byte[] spaces = new byte[8];
        Arrays.fill(spaces, (byte) ' ');
        for (int from = 0; from < 8; from++) {
            long answer = Words.controlsAndSpaces(Words.at(spaces, 0)) & Words.from(from);
            assertThat(Words.first(answer)).isEqualTo(from);
            assertThat(Words.from(64 + from)).as("of a later word").isEqualTo(Words.from(from));
        }
    }

    @Test
    void whatIsBehindTheEndOfTheBufferIsZero() {
        byte[] bytes = new byte[19];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (0x81 + i);
        }
        for (int length = 1; length <= bytes.length; length++) {
            byte[] buffer = Arrays.copyOf(bytes, length);
            for (int position = 0; position < length; position += 8) {
                long expected = 0;
                for (int i = 7; i >= 0; i--) {
                    expected = expected << 8 | (position + i < length ? buffer[position + i] & 0xFF : 0);
                }
                assertThat(Words.at(buffer, position))
                        .as("%d of %d", position, length)
                        .isEqualTo(expected);
            }
        }
    }

    /** RFC 9110 section 5.6.2 and 5.6.3. */
    @Test
    void everyByteIsOfItsKind() {
        String token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (int octet = 0; octet < 256; octet++) {
            byte signed = (byte) octet;
            assertThat(Octets.TOKEN[octet]).as("token %d", octet).isEqualTo(token.indexOf(octet) >= 0);
            assertThat(Octets.isControl(signed)).as("control %d", octet).isEqualTo(octet < 32 || octet == 127);
            assertThat(Octets.isBlank(signed)).as("blank %d", octet).isEqualTo(octet == 32 || octet == 9);
        }
    }

    @Test
    void onlyLettersHaveACase() {
        for (int wanted = 0; wanted < 128; wanted++) {
            for (int octet = 0; octet < 256; octet++) {
                boolean equal = wanted == octet || (wanted >= 'a' && wanted <= 'z' && octet == wanted - 32);
                assertThat(Octets.equalIgnoringCase(new byte[] {1, (byte) octet}, 1, new byte[] {(byte) wanted}))
                        .as("%d is %d", octet, wanted)
                        .isEqualTo(equal);
            }
        }
        assertThat(Octets.equalIgnoringCase(Bytes.of("xHoSt:"), 1, Bytes.of("host")))
                .isTrue();
        assertThat(Octets.equalIgnoringCase(Bytes.of("xHoSs:"), 1, Bytes.of("host")))
                .isFalse();
    }

    @Test
    void aVersionIsHttpOneZeroOrOne() {
        assertThat(HttpVersion.isRegistered(Bytes.of("xHTTP/1.0"), 1)).isTrue();
        assertThat(HttpVersion.isRegistered(Bytes.of("HTTP/1.1"), 0)).isTrue();
        for (int at = 0; at < 8; at++) {
            byte[] version = Bytes.of("HTTP/1.1");
            version[at] ^= 0x20;
            assertThat(HttpVersion.isRegistered(version, 0)).as("byte %d", at).isFalse();
        }
        assertThat(HttpVersion.isRegistered(Bytes.of("HTTP/1.2"), 0)).isFalse();
        assertThat(HttpVersion.minor((byte) '0')).isZero();
        assertThat(HttpVersion.minor((byte) '1')).isOne();
        assertThat(HttpVersion.minor((byte) '9')).isOne();
    }
}
