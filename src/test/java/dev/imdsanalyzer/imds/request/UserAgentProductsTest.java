package dev.imdsanalyzer.imds.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserAgentProductsTest {
    private final UserAgentProducts products = new UserAgentProducts(SdkMinimums.load());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "curl/7.88.1 | curl | 7.88.1 | -",
                "Wget/1.21.3 | Wget | 1.21.3 | -",
                "Python-urllib/3.11 | Python-urllib | 3.11 | -",
                "node | node | - | -",
                "Ruby | Ruby | - | -",
                "Java/17.0.15 | Java | 17.0.15 | -",
                "Java-http-client/17.0.15 | Java-http-client | 17.0.15 | -",
                "Go-http-client/1.1 | Go-http-client | 1.1 | -",
                "Botocore/1.12.0 Python/3.7 Linux/4.14 | Botocore | 1.12.0 | 1.13.25",
                "Botocore/1.34.0 Python/3.7 Linux/4.14 | Botocore | 1.34.0 | -",
                "Boto3/1.9.0 Python/3.7 Linux/4.14 Botocore/1.12.0 | Botocore | 1.12.0 | 1.13.25",
                "Boto3/1.9.0 Python/3.7 Linux/4.14 | Boto3 | 1.9.0 | 1.12.6",
                "aws-cli/1.16.288 Python/3.7 Linux/4.14 botocore/1.13.24 | aws-cli | 1.16.288 | 1.16.289",
                "aws-cli/1.16.289 | aws-cli | 1.16.289 | -",
                "aws-cli/2.0.14 | aws-cli | 2.0.14 | 2.0.15",
                "aws-cli/2.15.1 | aws-cli | 2.15.1 | -",
                "aws-cli/3.0.0 | aws-cli | 3.0.0 | -",
                "aws-sdk-java/1.11.677 Linux/5.4 OpenJDK_64-Bit (a b/1) | aws-sdk-java | 1.11.677 | 1.11.678",
                "aws-sdk-java/2.10.20 Linux/5.4 | aws-sdk-java | 2.10.20 | 2.10.21",
                "aws-sdk-go/1.25.37 (go1.13; linux; amd64) | aws-sdk-go | 1.25.37 | 1.25.38",
                "aws-sdk-go-v2/1.30.0 ua/2.1 os/linux lang/go#1.22 ft/ec2-imds | aws-sdk-go-v2 | 1.30.0 | -",
                "aws-sdk-nodejs/2.574.0 linux/v10 | aws-sdk-nodejs | 2.574.0 | 2.722.0",
                "aws-sdk-ruby3/3.78.0 | aws-sdk-ruby3 | 3.78.0 | 3.79.0",
                "aws-sdk-php/3.147.6 GuzzleHttp/7 | aws-sdk-php | 3.147.6 | 3.147.7",
                "aws-sdk-dotnet-coreclr/ aws-sdk-dotnet-core/3.3.103.65 x | aws-sdk-dotnet-core | 3.3.103.65 | 3.3.103.66",
                "aws-sdk-dotnet-coreclr/4 md/aws-sdk-dotnet-core#3.7.302.11 | aws-sdk-dotnet-core | 3.7.302.11 | -",
                "aws-sdk-cpp/1.7.0 Linux | aws-sdk-cpp | 1.7.0 | 1.7.229",
                "aws-sdk-crt/aws-imds-client | aws-sdk-crt | - | -",
                "aws-sdk-rust/1.0.0 ua/2.1 api/imds/1.0 | aws-sdk-rust | 1.0.0 | -",
                "Cloud-Init/19.3 | Cloud-Init | 19.3 | 19.4",
                "amazon-ec2-net-utils/2.4 | amazon-ec2-net-utils | 2.4 | -",
                "aws-sdk-java/unknown-version Linux/4.14.154 | aws-sdk-java | - | -",
                "ec2-api-tools 1.7.1.0, aws-sdk-java/unknown-version Mac_OS_X/10.9.4 | aws-sdk-java | - | -",
                "aws-sdk-ruby2/2.11.447 jruby/2.5.7 java cloudhealth | aws-sdk-ruby2 | 2.11.447 | -",
                "Mozilla/5.0 (Windows NT; en-US) WindowsPowerShell/5.1.17763.1007 | WindowsPowerShell | 5.1.17763.1007 | -",
                "Mozilla/5.0 (Linux; Debian (bullseye); en-US) PowerShell/7.3.4 | PowerShell | 7.3.4 | -",
                "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/99 Safari/537 | Mozilla | 5.0 | -",
                "WordPress/6.1.1; https://blog.example.org | WordPress | 6.1.1 | -",
                "Hadoop 2.8.5-amzn-6, aws-sdk-java/1.11.759 Linux/4.14.154 | aws-sdk-java | 1.11.759 | -",
                "MinIO (linux; amd64) minio-go/v7.0.10 | minio-go | v7.0.10 | -",
                "Python/3.8 aiohttp/3.7.4.post0 | aiohttp | 3.7.4.post0 | -",
                "Python/3.8 mylib/1.2 | mylib | 1.2 | -",
                "Faraday v0.15.4 | Faraday | v0.15.4 | -",
                "Go 1.1 package http | Go | 1.1 | -",
                "Apache-HttpClient/4.5.13 (Java/1.8.0_265) | Apache-HttpClient | 4.5.13 | -",
                "Jakarta Commons-HttpClient/3.1 | Commons-HttpClient | 3.1 | -",
                "rest-client/2.0.2 (linux-gnu x86_64) ruby/2.3.3p222 | rest-client | 2.0.2 | -",
                "Zabbix 6.0.9 | Zabbix | 6.0.9 | -",
                "GuzzleHttp/6.3.3 curl/7.58.0 PHP/7.2.24 | GuzzleHttp | 6.3.3 | -",
                "Cloud-Init/19.3-46.amzn2 | Cloud-Init | 19.3-46.amzn2 | 19.4",
                "APN/1.0 HashiCorp/1.0 Terraform/0.12.20 (+https://t.io) aws-sdk-go/1.28.9 | aws-sdk-go | 1.28.9 | -",
                "APN/1.0 HashiCorp/1.0 Consul/1.9 | Consul | 1.9 | -",
                "AWSPowerShell/3.3.563.0 .NET_Runtime/4.0 OS/Windows | AWSPowerShell | 3.3.563.0 | 4.0.1.0",
                "jclouds/2.1.1 java/1.8.0_212 | jclouds | 2.1.1 | -",
                "erlcloud | erlcloud | - | -",
                "Mojolicious (Perl) | Mojolicious | - | -",
                "PHP/7.4.3 | PHP | 7.4.3 | -",
                "(only a comment) | - | - | -",
                "/ | - | - | -",
                "Datadog Agent/7.45.0 | Datadog Agent | 7.45.0 | 7.64.0",
                "Chef Client/17.10.0 (ruby-3.0.4-p208; ohai-17.9.0) | Chef Client | 17.10.0 | -",
                "Telegraf/1.27.1 Go/1.20.5 | Telegraf | 1.27.1 | -",
                "kube2iam/0.11.1 | kube2iam | 0.11.1 | -",
                "Botocore/1.34.46+dfsg Python/3.12.3 Linux/6.8.0 | Botocore | 1.34.46+dfsg | -",
                "Botocore/1.12.103+repack Python/3.7.3 | Botocore | 1.12.103+repack | 1.13.25",
                "Boto3/1.26.27 md/Botocore#1.29.27 ua/2.0 os/linux lang/python#3.11 | Botocore | 1.29.27 | -",
                "S3Transfer Botocore/1.5.0 | Botocore | 1.5.0 | 1.13.25",
                "aws-sdk-java/1.11.600-SNAPSHOT Linux/4.14 | aws-sdk-java | 1.11.600-SNAPSHOT | 1.11.678",
                "aws-sdk-java/2.20.0-PREVIEW Linux/4.14 | aws-sdk-java | 2.20.0-PREVIEW | -",
                "aws-sdk-go-v2/unknown ua/2.1 os/linux lang/go#1.22 | aws-sdk-go-v2 | - | -",
                "m/F aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.1 | aws-sdk-go-v2 | 1.36.3 | -",
                "APN/1.1 (AMZN) aws-sdk-java/2.17.85 | aws-sdk-java | 2.17.85 | -",
                "ElasticMapReduce/1.0.0 emrfs/s3a, aws-sdk-java/1.11.600 | aws-sdk-java | 1.11.600 | 1.11.678",
                "aws-sdk-kotlin/1.0.0 ua/2.0 api/imds#1.0.0 | aws-sdk-kotlin | 1.0.0 | 1.1.4",
                "aws-sdk-php/3.19.7 GuzzleHttp/6.2.1 curl/7.38 PHP/5.6 | aws-sdk-php | 3.19.7 | 3.147.7",
                "aws-sdk-ruby/1.67.0 ruby/2.1.0 | aws-sdk-ruby | 1.67.0 | -",
                "PycURL/7.43.0.1 libcurl/7.47.0 OpenSSL/1.0.2g | PycURL | 7.43.0.1 | -",
                "Ruby/3.1.2 Faraday v2.7 | Faraday | v2.7 | -",
                "LWP::Simple/6.00 libwww-perl/6.05 | LWP::Simple | 6.00 | -",
                "Vault/1.13.1 (+https://www.vaultproject.io/; go1.20.1) | Vault | 1.13.1 | -",
                "HashiCorp Terraform/1.5.0 (+https://www.terraform.io) | Terraform | 1.5.0 | -",
                "Puppet/7.24.0 Ruby/2.7.8-p225 (x86_64-linux) | Puppet | 7.24.0 | -",
                "shop/1.2 python-requests/2.31.0 | shop | 1.2 | -",
                "restic/0.15 minio-go/v7.0.47 | restic | 0.15 | -",
                "Mozilla/5.0 (X11) AppleWebKit/537.36 HeadlessChrome/110.0 Safari/537.36 | HeadlessChrome | 110.0 | -",
                "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html) | Mozilla | 5.0 | -",
                "kubelet/v1.27.3 (linux/amd64) kubernetes/25b4e43 | kubelet | v1.27.3 | -",
                "Lua-resty-http/0.16 (Lua) ngx_lua/10020 | Lua-resty-http | 0.16 | -",
            })
    void namesTheProductAndItsMinimum(String userAgent, String name, String version, String minimum) {
        UserAgent found = products.of(userAgent);

        assertThat(found.original()).isEqualTo(userAgent);
        assertThat(found.name()).isEqualTo(name);
        assertThat(found.version()).isEqualTo(version);
        assertThat(found.olderThan()).isEqualTo(minimum);
    }

    @ParameterizedTest
    @CsvSource({
        "1.16.289, 1.16.289, 0",
        "1.9.0, 1.12.6, -1",
        "2.0, 2.0.0, 0",
        "2.0.0.1, 2.0, 1",
        "3.0.0-beta1, 3.0.0, 0",
        "99999999999999999999, 1, 1",
        "'', 1, -1",
        "v1, 0, 0",
    })
    void versionsCompareByNumber(String first, String second, int order) {
        assertThat(Integer.signum(ProductVersion.compare(first, second))).isEqualTo(order);
        assertThat(Integer.signum(ProductVersion.compare(second, first))).isEqualTo(-order);
    }
}
