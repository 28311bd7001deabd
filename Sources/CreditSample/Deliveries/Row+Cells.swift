extension Row {
    mutating func cell(nameOf organisation: Organisation, _ city: borrowing City) {
        city.appendName(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(codeOf organisation: Organisation, _ city: borrowing City) {
        city.appendCode(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(partyOf organisation: Organisation) {
        switch organisation.kind {
        case .soleTrader: cell("个体工商户")
        case .cooperative: cell("农民专业合作社")
        default: cell("法人及非法人组织")
        }
    }

    /// 15 digits, for three of four that have one.
    mutating func cell(registrationNumberOf organisation: Organisation, _ city: borrowing City) {
        if organisation.hasRegistrationNumber, organisation.hash & 0x30000 != 0 {
            city.appendRegistrationNumber(of: organisation, to: &bytes)
        }
        end()
    }

    mutating func cell(representativeOf organisation: Organisation, _ city: borrowing City) {
        city.appendRepresentative(of: organisation, to: &bytes)
        end()
    }

    mutating func cell(_ authority: Authority) {
        bytes.append(authority)
        end()
    }

    mutating func cell(codeOf authority: Authority, _ city: borrowing City) {
        city.appendCode(of: authority, to: &bytes)
        end()
    }

    mutating func cell(day: Int32, _ city: borrowing City) {
        city.append(day: day, to: &bytes)
        end()
    }

    /// 示市监罚〔2025〕12号
    mutating func cell(document sign: StaticString, _ kind: StaticString, year: Int, number: Int) {
        bytes.append(sign)
        bytes.append(kind)
        bytes.append("〔")
        bytes.append(number: year)
        bytes.append("〕")
        bytes.append(number: number)
        bytes.append("号")
        end()
    }
}
