package dev.imdsanalyzer.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretRedactorTest {
    /** Of the shape that IMDS gives, and never given by any. */
    private static final String TOKEN = "AQAEAExampleExampleExampleExampleExampleExampleExample==";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            X-aws-ec2-metadata-token: abc | X-aws-ec2-metadata-token: REDACTED
            x-AWS-ec2-Metadata-TOKEN:abc== | x-AWS-ec2-Metadata-TOKEN:REDACTED
            X-aws-ec2-metadata-token:	a | X-aws-ec2-metadata-token:	REDACTED
            curl -H "X-aws-ec2-metadata-token: abc" http://169.254.169.254/a | curl -H "X-aws-ec2-metadata-token: REDACTED" http://169.254.169.254/a
            curl -H 'X-aws-ec2-metadata-token: abc=' http://x/ | curl -H 'X-aws-ec2-metadata-token: REDACTED' http://x/
            curl -H X-aws-ec2-metadata-token:\\ abc http://x/ | curl -H X-aws-ec2-metadata-token:\\ REDACTED http://x/
            bash -c "curl -H \\"X-aws-ec2-metadata-token: abc\\" http://x/" | bash -c "curl -H \\"X-aws-ec2-metadata-token: REDACTED\\" http://x/"
            -HX-aws-ec2-metadata-token:abc | -HX-aws-ec2-metadata-token:REDACTED
            wget --header=X-aws-ec2-metadata-token:abc http://x/ | wget --header=X-aws-ec2-metadata-token:REDACTED http://x/
            {"X-aws-ec2-metadata-token": "abc", "a": 1} | {"X-aws-ec2-metadata-token": "REDACTED", "a": 1}
            h['X-aws-ec2-metadata-token'] = 'abc'; go() | h['X-aws-ec2-metadata-token'] = 'REDACTED'; go()
            add_header("X-aws-ec2-metadata-token", "abc") | add_header("X-aws-ec2-metadata-token", "REDACTED")
            {'X-aws-ec2-metadata-token' => 'abc'} | {'X-aws-ec2-metadata-token' => 'REDACTED'}
            AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE make | AWS_ACCESS_KEY_ID=REDACTED make
            key ASIAIOSFODNN7EXAMPLE, next | key REDACTED, next
            X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260101 | X-Amz-Credential=REDACTED%2F20260101
            aws_secret_access_key=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY x | aws_secret_access_key=REDACTED x
            aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | aws_secret_access_key = REDACTED
            {"SecretAccessKey" : "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"} | {"SecretAccessKey" : "REDACTED"}
            aws configure set aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY --profile x | aws configure set aws_secret_access_key REDACTED --profile x
            mytool --password=hunter2 --verbose | mytool --password=REDACTED --verbose
            mytool --password hunter2 --verbose | mytool --password REDACTED --verbose
            mytool --password='it'\\''s' next | mytool --password='REDACTED next
            --db-pass=x1 -v | --db-pass=REDACTED -v
            Authorization: Bearer abc.def | Authorization: REDACTED
            curl -H "Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=b" http://x/ | curl -H "Authorization: REDACTED" http://x/
            curl -H 'proxy-authorization: Basic dXNlcjpw' http://x/ | curl -H 'proxy-authorization: REDACTED' http://x/
            curl -H "Cookie: a=b; c=d" http://x/ | curl -H "Cookie: REDACTED" http://x/
            http://user:pass@host/path?a=b | http://user:REDACTED@host/path?a=b
            https://abcdefghijklmnopqrstuvwxyz@host/ | https://REDACTED@host/
            /?X-Amz-Security-Token=abc%2Fdef&X=1 | /?X-Amz-Security-Token=REDACTED&X=1
            /latest/meta-data?token=abc#x y | /latest/meta-data?token=REDACTED y
            token%3Dabc&b | token%3DREDACTED&b
            {"X-aws-ec2-metadata-token":b"abc"} | {"X-aws-ec2-metadata-token":REDACTED}
            {"X-aws-ec2-metadata-token":123,"b":"c"} | {"X-aws-ec2-metadata-token":REDACTED,"b":"c"}
            fetch(token=b'abc', n=1) | fetch(token=REDACTED, n=1)
            connect(password=f"ab {x} c", n=1) | connect(password=REDACTED, n=1)
            password=ab"c d"e next | password=REDACTED next
            X-aws-ec2-metadata-token:="abc" x | X-aws-ec2-metadata-token:="REDACTED" x
            echo "token=abc" next | echo "token=REDACTED" next
            printf 'GET / HTTP/1.1\\r\\nX-aws-ec2-metadata-token: abc\\r\\nHost: h\\r\\n\\r\\n' > f | printf 'GET / HTTP/1.1\\r\\nX-aws-ec2-metadata-token: REDACTED\\r\\nHost: h\\r\\n\\r\\n' > f
            a Authorization: Digest username="u", response="dead" z | a Authorization: REDACTED z
            curl -H Authorization: Bearer abc http://h/ | curl -H Authorization: REDACTED http://h/
            bash -c 'curl -u admin:s3cret http://h/' | bash -c 'curl -u admin:REDACTED http://h/'
            /usr/bin/curl -uadmin:s3cret http://h/ | /usr/bin/curl -uadmin:REDACTED http://h/
            curl --user "admin:s3 cret" http://h/ | curl --user "admin:REDACTED" http://h/
            MYSQL_PWD=s3cret mysql | MYSQL_PWD=REDACTED mysql
            keytool -storepass x1 -list | keytool -storepass REDACTED -list
            curl --oauth2-bearer x1 http://h/ | curl --oauth2-bearer REDACTED http://h/
            git clone https://ghp_0123456789abcdefghij0123456789abcdef/x | git clone https://REDACTED/x
            """)
    void takesOutTheSecretAndKeepsEverythingAroundIt(String text, String expected) {
        assertThat(SecretRedactor.redact(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-aws-ec2-metadata-token-ttl-seconds: 21600",
                "curl -X PUT http://169.254.169.254/latest/api/token -H 'X-aws-ec2-metadata-token-ttl-seconds: 21600'",
                "TOKEN=$(curl -X PUT http://x/latest/api/token)",
                "TOKEN=`curl -X PUT http://x/latest/api/token`",
                "curl -H \"X-aws-ec2-metadata-token: $TOKEN\" http://x/",
                "curl -H \"X-aws-ec2-metadata-token: ${token}\" http://x/",
                "curl -H \"Authorization: Bearer $TOKEN\" http://x/",
                "curl -H 'X-aws-ec2-metadata-token;' http://x/",
                "f'X-aws-ec2-metadata-token: {token}'",
                "--password=$PASSWORD",
                "AWS_WEB_IDENTITY_TOKEN_FILE=/var/run/token PWD=/root",
                "GET /latest/api/token HTTP/1.1",
                "aws-cli/2.0 Python/3.8 md/Botocore#1.9.0",
                "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "ssh://git@github.com/a:b",
                "http://[fd00:ec2::254]:80/latest/",
                "--no-token x --password-stdin --secret-id name",
                "token: ",
                "rsync -u host:/path /a",
                "docker exec -u www-data:www-data c ls",
                "curl -u \"$USER:$PASSWORD\" http://h/",
                "OLDPWD=/root PWD=/srv",
                "BYPASS=1 --bypass=2 COMPASS=3",
                "",
            })
    void leavesAloneWhatIsNoSecret(String text) {
        assertThat(SecretRedactor.redact(text)).isSameAs(text);
    }

    @Test
    void knowsTokensByTheirShape() {
        assertThat(SecretRedactor.redact("fetch.py " + TOKEN + " now")).isEqualTo("fetch.py REDACTED now");
        assertThat(SecretRedactor.redact("-t" + TOKEN)).isEqualTo("-tREDACTED");
    }

    @Test
    void takesTokensOfAnyLength() {
        for (int length = 1; length <= 200; length++) {
            String token = "t".repeat(length);
            assertThat(SecretRedactor.redact("curl -H 'X-aws-ec2-metadata-token: " + token + "' http://h/"))
                    .isEqualTo("curl -H 'X-aws-ec2-metadata-token: REDACTED' http://h/");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\u0001', textBlock = """
            curl;-H;X-aws-ec2-metadata-token: abc;http://h/ | curl;-H;X-aws-ec2-metadata-token: REDACTED;http://h/
            curl;-H;X-aws-ec2-metadata-token:;abc;http://h/ | curl;-H;X-aws-ec2-metadata-token:;REDACTED;http://h/
            curl;-H;X-aws-ec2-metadata-token;: abc;http://h/ | curl;-H;X-aws-ec2-metadata-token;: REDACTED;http://h/
            curl;-H;X-aws-ec2-metadata-token;:;abc;http://h/ | curl;-H;X-aws-ec2-metadata-token;:;REDACTED;http://h/
            curl;-H;X-aws-ec2-metadata-token:;http://h/ | curl;-H;X-aws-ec2-metadata-token:;http://h/
            tool;--password;a b&c;x | tool;--password;REDACTED;x
            tool;--password=a b&c;x | tool;--password=REDACTED;x
            tool;--password;--verbose | tool;--password;--verbose
            curl;-u;user:pw;http://h/ | curl;-u;user:REDACTED;http://h/
            curl;-uuser:pw;http://h/ | curl;-uuser:REDACTED;http://h/
            curl;--user=user:pw;http://h/ | curl;--user=user:REDACTED;http://h/
            wget;--header=Cookie: a=1 session=x2;http://h/ | wget;--header=Cookie: REDACTED;http://h/
            wget;--header=Authorization: AWS4-HMAC-SHA256 Credential=a, Signature=dead;http://h/ | wget;--header=Authorization: REDACTED;http://h/
            wget;--header=Authorization: Digest username="u", response="dead";x | wget;--header=Authorization: REDACTED;x
            curl;-H;Authorization:;Bearer;abc;http://h/ | curl;-H;Authorization:;REDACTED;REDACTED;http://h/
            bash;-c;curl -u admin:s3cret http://h/ | bash;-c;curl -u admin:REDACTED http://h/
            sudo;-u;a:b;curl;-u;admin:s3cret;x | sudo;-u;a:b;curl;-u;admin:REDACTED;x
            http;-a;user:pw;h | http;-a;user:REDACTED;h
            rsync;-u;host:/path;/a | rsync;-u;host:/path;/a
            docker;exec;-u;www-data:www-data;c;ls | docker;exec;-u;www-data:www-data;c;ls
            tool;--proxy-user;u:pw | tool;--proxy-user;u:REDACTED
            env;MYSQL_PWD=s3cret;mysql | env;MYSQL_PWD=REDACTED;mysql
            keytool;-storepass;x1;-list | keytool;-storepass;REDACTED;-list
            curl;--oauth2-bearer;x1;h | curl;--oauth2-bearer;REDACTED;h
            docker;run;-u;1000:1000;x | docker;run;-u;1000:1000;x
            mysql;-psecret;-h;db | mysql;-pREDACTED;-h;db
            ssh;-p2222;host | ssh;-p2222;host
            sshpass;-p;pw;ssh;host | sshpass;-p;REDACTED;ssh;host
            aws;configure;set;aws_secret_access_key;wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY | aws;configure;set;aws_secret_access_key;REDACTED
            aws;configure;get;aws_secret_access_key;--profile;x | aws;configure;get;aws_secret_access_key;--profile;x
            bash;-c;curl -H "X-aws-ec2-metadata-token: abc" http://h/ | bash;-c;curl -H "X-aws-ec2-metadata-token: REDACTED" http://h/
            """)
    void knowsWhatOneArgumentSaysOfTheNext(String arguments, String expected) {
        assertThat(SecretRedactor.redactArguments(List.of(arguments.split(";", -1))))
                .containsExactly(expected.split(";", -1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"token=", "Cookie: ", "curl -u ", "x Authorization: a "})
    void takesTimeInProportionToARunOfBackslashes(String start) {
        assertThat(SecretRedactor.redact(start + "\\".repeat(1_000_000))).isNotNull();
    }

    @Test
    void changesNothingTheSecondTime() {
        String once = SecretRedactor.redact("curl -u a:b -H 'Authorization: Basic x' --password=y http://u:p@h/");
        assertThat(SecretRedactor.redact(once)).isEqualTo(once);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token=",
                "token='$(",
                "token=\\\"$(",
                "token=${",
                "\"Authorization: a\n'Authorization: b\n",
                "://a@",
                "AKIAIOSFODNN7EXAMPLE-",
                "-----BEGIN PRIVATE KEY-----",
                "x-aws-ec2-metadata-token ",
                "X-aws-ec2-metadata-token: \\\\\\",
                "AQAE",
                "eyJ.",
                "token=$token",
                "\\\"token\\\":\\\"",
                "curl -u x ",
                "curl -u \\\"x ",
                "token=b\"x' ",
                "token=a\"b",
                "token=a\\r\\n",
                "Authorization: a b, c=d, ",
                "--header=Cookie: a\n",
            })
    void takesTimeInProportionToTheLengthWhateverTheText(String piece) {
        // Quadratic work on a text of this size would run for minutes; the build's own limit would end it.
        String text = piece.repeat(2_000_000 / piece.length());
        assertThat(SecretRedactor.redact(text)).isNotNull();
    }
}
