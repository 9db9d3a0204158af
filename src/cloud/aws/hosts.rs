//! AWS's own hosts, as data: by partition, service and kind of host. Asks nobody.
//!
//! Which regions of a partition have FIPS hosts is not known here: the list grows, and
//! a host that is not there cannot be reached, which is told then.
//!
//! Source: the endpoint rule sets of EC2, IAM, Organizations and STS and the table of
//! partitions in botocore 1.43.11. The rules form FIPS names everywhere; AWS's list of
//! endpoints (botocore 1.44.5) has such hosts in two partitions only, which counts here.

use super::endpoints::Service;

/// A kind of host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Variant {
    /// With cryptography validated under FIPS 140.
    pub(super) fips: bool,
    /// Reachable over IPv6 also.
    pub(super) dual_stack: bool,
}

/// A host, and the region that signatures for it name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Host {
    /// Its name.
    pub(super) name: String,
    /// The region in the scope of signatures.
    pub(super) signing_region: String,
}

struct Partition {
    name: &'static str,
    /// How the names of its regions begin.
    regions: &'static str,
    /// Of services that live in every region.
    regional: Hosts,
    iam: Global,
    organizations: Global,
}

/// The hosts of a service that lives in one region of its partition, for all of them.
struct Global {
    region: &'static str,
    hosts: Hosts,
}

/// Patterns of names, where `SERVICE` and `REGION` stand for themselves; `None` where
/// there is no such host.
struct Hosts {
    plain: &'static str,
    fips: Option<&'static str>,
    dual_stack: Option<&'static str>,
    fips_and_dual_stack: Option<&'static str>,
}

/// The partitions; the last one takes every region that no other does.
const PARTITIONS: [Partition; 8] = [
    Partition {
        name: "aws-cn",
        regions: "cn-",
        regional: Hosts {
            plain: "SERVICE.REGION.amazonaws.com.cn",
            fips: None,
            dual_stack: Some("SERVICE.REGION.api.amazonwebservices.com.cn"),
            fips_and_dual_stack: None,
        },
        iam: Global {
            region: "cn-north-1",
            hosts: Hosts {
                plain: "iam.cn-north-1.amazonaws.com.cn",
                fips: None,
                dual_stack: Some("iam.global.api.amazonwebservices.com.cn"),
                fips_and_dual_stack: None,
            },
        },
        organizations: Global {
            region: "cn-northwest-1",
            hosts: Hosts {
                plain: "organizations.cn-northwest-1.amazonaws.com.cn",
                fips: None,
                dual_stack: Some("organizations.cn-northwest-1.api.amazonwebservices.com.cn"),
                fips_and_dual_stack: None,
            },
        },
    },
    Partition {
        name: "aws-us-gov",
        regions: "us-gov-",
        regional: Hosts {
            plain: "SERVICE.REGION.amazonaws.com",
            fips: Some("SERVICE.REGION.amazonaws.com"),
            dual_stack: Some("SERVICE.REGION.api.aws"),
            fips_and_dual_stack: Some("SERVICE-fips.REGION.api.aws"),
        },
        iam: Global {
            region: "us-gov-west-1",
            hosts: Hosts {
                plain: "iam.us-gov.amazonaws.com",
                fips: Some("iam.us-gov.amazonaws.com"),
                dual_stack: Some("iam.us-gov.api.aws"),
                fips_and_dual_stack: Some("iam.us-gov.api.aws"),
            },
        },
        organizations: Global {
            region: "us-gov-west-1",
            hosts: Hosts {
                plain: "organizations.us-gov-west-1.amazonaws.com",
                fips: Some("organizations.us-gov-west-1.amazonaws.com"),
                dual_stack: Some("organizations.us-gov-west-1.api.aws"),
                fips_and_dual_stack: Some("organizations-fips.us-gov-west-1.api.aws"),
            },
        },
    },
    isolated("aws-eusc", "eusc-", "SERVICE.REGION.amazonaws.eu", "eusc-de-east-1"),
    isolated("aws-iso", "us-iso-", "SERVICE.REGION.c2s.ic.gov", "us-iso-east-1"),
    isolated("aws-iso-b", "us-isob-", "SERVICE.REGION.sc2s.sgov.gov", "us-isob-east-1"),
    isolated("aws-iso-e", "eu-isoe-", "SERVICE.REGION.cloud.adc-e.uk", "eu-isoe-west-1"),
    isolated("aws-iso-f", "us-isof-", "SERVICE.REGION.csp.hci.ic.gov", "us-isof-south-1"),
    Partition {
        name: "aws",
        regions: "",
        regional: Hosts {
            plain: "SERVICE.REGION.amazonaws.com",
            fips: Some("SERVICE-fips.REGION.amazonaws.com"),
            dual_stack: Some("SERVICE.REGION.api.aws"),
            fips_and_dual_stack: Some("SERVICE-fips.REGION.api.aws"),
        },
        iam: Global {
            region: "us-east-1",
            hosts: Hosts {
                plain: "iam.amazonaws.com",
                fips: Some("iam-fips.amazonaws.com"),
                dual_stack: Some("iam.global.api.aws"),
                fips_and_dual_stack: Some("iam-fips.global.api.aws"),
            },
        },
        organizations: Global {
            region: "us-east-1",
            hosts: Hosts {
                plain: "organizations.us-east-1.amazonaws.com",
                fips: Some("organizations-fips.us-east-1.amazonaws.com"),
                dual_stack: Some("organizations.us-east-1.api.aws"),
                fips_and_dual_stack: Some("organizations-fips.us-east-1.api.aws"),
            },
        },
    },
];

/// A partition whose hosts all follow one pattern, and of which AWS lists no other kinds:
/// those that its rules would form are names that nobody has confirmed.
const fn isolated(
    name: &'static str,
    regions: &'static str,
    plain: &'static str,
    home: &'static str,
) -> Partition {
    const fn only(plain: &'static str) -> Hosts {
        Hosts { plain, fips: None, dual_stack: None, fips_and_dual_stack: None }
    }
    Partition {
        name,
        regions,
        regional: only(plain),
        iam: Global { region: home, hosts: only(plain) },
        organizations: Global { region: home, hosts: only(plain) },
    }
}

/// Returns the host of a service that serves a region.
///
/// # Errors
///
/// There is no host of this kind, in words for a report.
pub(super) fn host(service: Service, region: &str, variant: Variant) -> Result<Host, String> {
    let partition = find_partition(region);
    let (home, hosts) = match service {
        Service::Ec2 | Service::Sts => (region, &partition.regional),
        Service::Iam => (partition.iam.region, &partition.iam.hosts),
        Service::Organizations => (partition.organizations.region, &partition.organizations.hosts),
    };
    let pattern = hosts.of(variant).ok_or_else(|| {
        format!(
            "AWS has no {variant} host of `{}` in the partition `{}`; if you know one, name it in \
             `endpoints`",
            service.id(),
            partition.name
        )
    })?;
    let name = pattern.replace("SERVICE", service.id()).replace("REGION", home);
    Ok(Host { name, signing_region: home.to_owned() })
}

/// Returns the partition of a region, as ARNs name it.
pub fn partition_of(region: &str) -> &'static str {
    find_partition(region).name
}

fn find_partition(region: &str) -> &'static Partition {
    let [.., last] = &PARTITIONS;
    PARTITIONS.iter().find(|it| region.starts_with(it.regions)).unwrap_or(last)
}

impl Hosts {
    fn of(&self, variant: Variant) -> Option<&'static str> {
        match (variant.fips, variant.dual_stack) {
            (false, false) => Some(self.plain),
            (true, false) => self.fips,
            (false, true) => self.dual_stack,
            (true, true) => self.fips_and_dual_stack,
        }
    }
}

/// Writes what a host is called that is not a plain one.
impl std::fmt::Display for Variant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match (self.fips, self.dual_stack) {
            (false, false) => "plain",
            (true, false) => "FIPS",
            (false, true) => "dual-stack",
            (true, true) => "FIPS and dual-stack",
        })
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    /// One region of each partition.
    const REGIONS: [&str; 8] = [
        "eu-central-1",
        "us-gov-east-1",
        "cn-north-1",
        "eusc-de-east-1",
        "us-iso-west-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
        "us-isof-south-1",
    ];

    fn table(variant: Variant) -> String {
        let row = |region: &&str| {
            let cells = Service::ALL.map(|service| match host(service, region, variant) {
                Ok(host) => format!("{} ({})", host.name, host.signing_region),
                Err(_) => "-".to_owned(),
            });
            format!("{region}: {}\n", cells.join(", "))
        };
        REGIONS.iter().map(row).collect()
    }

    #[test]
    fn plain_hosts() {
        expect![[r#"
            eu-central-1: ec2.eu-central-1.amazonaws.com (eu-central-1), iam.amazonaws.com (us-east-1), organizations.us-east-1.amazonaws.com (us-east-1), sts.eu-central-1.amazonaws.com (eu-central-1)
            us-gov-east-1: ec2.us-gov-east-1.amazonaws.com (us-gov-east-1), iam.us-gov.amazonaws.com (us-gov-west-1), organizations.us-gov-west-1.amazonaws.com (us-gov-west-1), sts.us-gov-east-1.amazonaws.com (us-gov-east-1)
            cn-north-1: ec2.cn-north-1.amazonaws.com.cn (cn-north-1), iam.cn-north-1.amazonaws.com.cn (cn-north-1), organizations.cn-northwest-1.amazonaws.com.cn (cn-northwest-1), sts.cn-north-1.amazonaws.com.cn (cn-north-1)
            eusc-de-east-1: ec2.eusc-de-east-1.amazonaws.eu (eusc-de-east-1), iam.eusc-de-east-1.amazonaws.eu (eusc-de-east-1), organizations.eusc-de-east-1.amazonaws.eu (eusc-de-east-1), sts.eusc-de-east-1.amazonaws.eu (eusc-de-east-1)
            us-iso-west-1: ec2.us-iso-west-1.c2s.ic.gov (us-iso-west-1), iam.us-iso-east-1.c2s.ic.gov (us-iso-east-1), organizations.us-iso-east-1.c2s.ic.gov (us-iso-east-1), sts.us-iso-west-1.c2s.ic.gov (us-iso-west-1)
            us-isob-east-1: ec2.us-isob-east-1.sc2s.sgov.gov (us-isob-east-1), iam.us-isob-east-1.sc2s.sgov.gov (us-isob-east-1), organizations.us-isob-east-1.sc2s.sgov.gov (us-isob-east-1), sts.us-isob-east-1.sc2s.sgov.gov (us-isob-east-1)
            eu-isoe-west-1: ec2.eu-isoe-west-1.cloud.adc-e.uk (eu-isoe-west-1), iam.eu-isoe-west-1.cloud.adc-e.uk (eu-isoe-west-1), organizations.eu-isoe-west-1.cloud.adc-e.uk (eu-isoe-west-1), sts.eu-isoe-west-1.cloud.adc-e.uk (eu-isoe-west-1)
            us-isof-south-1: ec2.us-isof-south-1.csp.hci.ic.gov (us-isof-south-1), iam.us-isof-south-1.csp.hci.ic.gov (us-isof-south-1), organizations.us-isof-south-1.csp.hci.ic.gov (us-isof-south-1), sts.us-isof-south-1.csp.hci.ic.gov (us-isof-south-1)
        "#]].assert_eq(&table(Variant::default()));
    }

    #[test]
    fn fips_hosts() {
        expect![[r#"
            eu-central-1: ec2-fips.eu-central-1.amazonaws.com (eu-central-1), iam-fips.amazonaws.com (us-east-1), organizations-fips.us-east-1.amazonaws.com (us-east-1), sts-fips.eu-central-1.amazonaws.com (eu-central-1)
            us-gov-east-1: ec2.us-gov-east-1.amazonaws.com (us-gov-east-1), iam.us-gov.amazonaws.com (us-gov-west-1), organizations.us-gov-west-1.amazonaws.com (us-gov-west-1), sts.us-gov-east-1.amazonaws.com (us-gov-east-1)
            cn-north-1: -, -, -, -
            eusc-de-east-1: -, -, -, -
            us-iso-west-1: -, -, -, -
            us-isob-east-1: -, -, -, -
            eu-isoe-west-1: -, -, -, -
            us-isof-south-1: -, -, -, -
        "#]].assert_eq(&table(Variant { fips: true, dual_stack: false }));
    }

    #[test]
    fn dual_stack_hosts() {
        expect![[r#"
            eu-central-1: ec2.eu-central-1.api.aws (eu-central-1), iam.global.api.aws (us-east-1), organizations.us-east-1.api.aws (us-east-1), sts.eu-central-1.api.aws (eu-central-1)
            us-gov-east-1: ec2.us-gov-east-1.api.aws (us-gov-east-1), iam.us-gov.api.aws (us-gov-west-1), organizations.us-gov-west-1.api.aws (us-gov-west-1), sts.us-gov-east-1.api.aws (us-gov-east-1)
            cn-north-1: ec2.cn-north-1.api.amazonwebservices.com.cn (cn-north-1), iam.global.api.amazonwebservices.com.cn (cn-north-1), organizations.cn-northwest-1.api.amazonwebservices.com.cn (cn-northwest-1), sts.cn-north-1.api.amazonwebservices.com.cn (cn-north-1)
            eusc-de-east-1: -, -, -, -
            us-iso-west-1: -, -, -, -
            us-isob-east-1: -, -, -, -
            eu-isoe-west-1: -, -, -, -
            us-isof-south-1: -, -, -, -
        "#]].assert_eq(&table(Variant { fips: false, dual_stack: true }));
    }

    #[test]
    fn fips_and_dual_stack_hosts() {
        expect![[r#"
            eu-central-1: ec2-fips.eu-central-1.api.aws (eu-central-1), iam-fips.global.api.aws (us-east-1), organizations-fips.us-east-1.api.aws (us-east-1), sts-fips.eu-central-1.api.aws (eu-central-1)
            us-gov-east-1: ec2-fips.us-gov-east-1.api.aws (us-gov-east-1), iam.us-gov.api.aws (us-gov-west-1), organizations-fips.us-gov-west-1.api.aws (us-gov-west-1), sts-fips.us-gov-east-1.api.aws (us-gov-east-1)
            cn-north-1: -, -, -, -
            eusc-de-east-1: -, -, -, -
            us-iso-west-1: -, -, -, -
            us-isob-east-1: -, -, -, -
            eu-isoe-west-1: -, -, -, -
            us-isof-south-1: -, -, -, -
        "#]].assert_eq(&table(Variant { fips: true, dual_stack: true }));
    }

    #[test]
    fn a_host_that_does_not_exist_is_said_to_be_missing() {
        let error = host(Service::Iam, "cn-north-1", Variant { fips: true, dual_stack: true });
        expect!["AWS has no FIPS and dual-stack host of `iam` in the partition `aws-cn`; if you know one, name it in `endpoints`"].assert_eq(&error.unwrap_err());
    }
}
